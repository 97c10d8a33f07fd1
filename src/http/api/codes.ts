import { forgetProofs, askToRead, proveEmail } from '../../actions/sharing/prove-email.ts'
import { AskForCodeBody, EnterCodeBody } from '../../contract/accounts.ts'
import { Done } from '../../contract/common.ts'
import { SharedChatParams } from '../../contract/shares.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { readerHashOf } from '../input/share-proofs.ts'
import { readUuid } from '../input/share-uuid.ts'
import { refuseShare } from '../output/share-refusal.ts'
import { invalid, noMail, sharedChatErrors } from './documented.ts'

const PATH = '/api/shared/chats/{uuid}/codes'
const KiB = 1024
const shared = {
  method: 'POST',
  access: 'anyone',
  tag: 'Shared chats',
  params: SharedChatParams,
  takesForms: true,
  bodyLimit: 64 * KiB,
} as const

export const askToReadEndpoint = endpoint({
  ...shared,
  path: PATH,
  summary: 'Have a code sent to an email, to read a chat that is shared with it',
  description:
    'Answers the same for every email; mail goes out if the share lists it, or its domain. A code has 8 digits and counts once, for 10 minutes.',
  body: [AskForCodeBody],
  answers: {
    204: { description: 'If the share lists the email, a code is on its way' },
    ...invalid,
    404: sharedChatErrors[404],
    ...noMail,
  },
  async handle({ params, body, from, request }, context, settings) {
    const origin = settings.pageOrigin(request)
    const asked = await askToRead(context, readUuid(params.uuid), { email: body.email, origin, from })
    return asked.refused ? refuseShare(asked.refused) : { status: 204 }
  },
})

export const proveEmailEndpoint = endpoint({
  ...shared,
  path: `${PATH}/verify`,
  summary: 'Prove an email by the code that was sent to it',
  description:
    'Sets a cookie: this browser has proved the email, for 30 days, for every share that lists it and for nothing else.',
  body: [EnterCodeBody],
  answers: {
    204: { description: 'Proved; the proof is in the cookie' },
    ...invalid,
    ...sharedChatErrors,
    ...noMail,
  },
  async handle({ params, body, from, request }, context, settings) {
    const former = readerHashOf(request, settings.isSecure)
    const proved = await proveEmail(context, readUuid(params.uuid), body, former, from)
    if (proved.refused) return refuseShare(proved.refused)
    return { status: 204, cookies: [settings.readerCookie(proved.token)] }
  },
})

export const forgetProofsEndpoint = endpoint({
  method: 'DELETE',
  path: '/api/auth/reader',
  access: 'anyone',
  tag: 'Shared chats',
  summary: 'End what this browser has proved: its emails open nothing any more',
  answers: { 200: { description: 'Done', schema: Done } },
  async handle({ request }, context, settings) {
    await forgetProofs(context, readerHashOf(request, settings.isSecure))
    return { body: true, cookies: [settings.readerCookie('')] }
  },
})

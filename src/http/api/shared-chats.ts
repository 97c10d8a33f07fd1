import { Type } from 'typebox'
import { copyShare } from '../../actions/sharing/copy-share.ts'
import { openShare } from '../../reading/open-share.ts'
import { Refusal } from '../../actions/refusal.ts'
import { unlockShare } from '../../actions/sharing/unlock-share.ts'
import { UNLOCK_LIFETIME } from '../../sharing/limits.ts'
import { ChatAnswer } from '../../contract/chats.ts'
import { ApiError, SharedChatError } from '../../contract/common.ts'
import { SharedChatAnswer, SharedChatParams, UnlockBody } from '../../contract/shares.ts'
import type { Answer } from '../pipeline/answer.ts'
import { leftSignal } from '../pipeline/asked.ts'
import { askingOf } from '../input/asking.ts'
import { setCookie, unlockCookieName } from '../input/cookies.ts'
import { markdown } from '../../reading/formats/exports.ts'
import { sharedJson } from '../../reading/formats/shared-json.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { prefersMarkdown } from '../input/negotiate.ts'
import { presentChat } from '../output/present.ts'
import { shareProofs } from '../input/share-proofs.ts'
import { refuseShare } from '../output/share-refusal.ts'
import { shownShare } from '../output/shown-share.ts'
import { readUuid } from '../input/share-uuid.ts'
import { invalid, notOnWhitelist, sharedChatErrors } from './documented.ts'

const PATH = '/api/shared/chats/{uuid}'
const KiB = 1024

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const MARKDOWN_TYPE = { 'content-type': 'text/markdown; charset=utf-8' }

export const openSharedChatEndpoint = endpoint({
  method: 'GET',
  path: PATH,
  access: 'reader',
  tag: 'Shared chats',
  summary: 'Read a shared chat',
  description:
    'Prove a password by HTTP Basic with any user name, or by unlock. `Accept: text/markdown` gives the chat as Markdown.',
  params: SharedChatParams,
  errors: 'shared-chat',
  answers: {
    200: { description: 'The chat', schema: SharedChatAnswer },
    304: { description: 'The chat is what If-None-Match names' },
    ...sharedChatErrors,
    ...notOnWhitelist,
  },
  async handle(asked, context, settings): Promise<Answer> {
    const { params, request } = asked
    const { accept } = request.headers
    const uuid = readUuid(params.uuid)
    const isMarkdown = prefersMarkdown(accept)
    const proofs = shareProofs(uuid, asked, settings)
    const asking = askingOf(request, isMarkdown ? markdown : sharedJson)
    const opened = await openShare(context, uuid, proofs, asking)
    settings.countOutcome(opened.decision.outcome)
    return (
      shownShare(opened, settings, {}, isMarkdown ? MARKDOWN_TYPE : JSON_TYPE) ?? refuseShare(opened.decision)
    )
  },
})

export const unlockEndpoint = endpoint({
  method: 'POST',
  path: `${PATH}/unlock`,
  access: 'visitor',
  tag: 'Shared chats',
  isReading: true,
  summary: "Prove a share's password for 12 hours",
  description: 'Sets a cookie, and with a session that session has proved it too.',
  params: SharedChatParams,
  body: [UnlockBody],
  takesForms: true,
  bodyLimit: 64 * KiB,
  answers: {
    204: {
      description: 'Unlocked; a share without a password needs no cookie',
      setsCookie: 'proves the password for 12 hours',
    },
    ...invalid,
    ...sharedChatErrors,
  },
  async handle({ params, body, session, from }, context, settings): Promise<Answer> {
    const unlocked = await unlockShare(context, readUuid(params.uuid), {
      password: body.password,
      session,
      from,
    })
    if (!unlocked.unlocked) {
      settings.countOutcome(unlocked.decision.outcome)
      return refuseShare(unlocked.decision)
    }
    if (!unlocked.cookie) return { status: 204 }
    const { uuid, token, device } = unlocked.cookie
    return {
      status: 204,
      cookies: [
        setCookie(unlockCookieName(uuid), token, UNLOCK_LIFETIME / 1000, settings.isSecure),
        settings.deviceCookie(device),
      ],
    }
  },
})

export const copySharedChatEndpoint = endpoint({
  method: 'POST',
  path: `${PATH}/copy`,
  access: 'visitor',
  tag: 'Shared chats',
  isHeavy: true,
  summary: 'Save a copy among my own chats',
  description: 'For whoever is signed in and may view the chat; counts as a view.',
  params: SharedChatParams,
  answers: {
    200: { description: 'The copy', schema: ChatAnswer },
    ...sharedChatErrors,
    503: { description: 'Many copies are being made; Retry-After tells the seconds', schema: ApiError },
    401: {
      description: 'Not signed in, or a password is needed or wrong',
      schema: Type.Union([ApiError, SharedChatError]),
    },
    ...notOnWhitelist,
  },
  async handle(asked, context, settings): Promise<Answer> {
    const { params, session, request } = asked
    if (!session) throw new Refusal({ code: 'no-session' })
    const uuid = readUuid(params.uuid)
    const proofs = { ...shareProofs(uuid, asked, settings), session }
    const { decision, copy } = await copyShare(context, uuid, proofs, leftSignal(request))
    settings.countOutcome(decision.outcome)
    return copy ? { body: { chat: presentChat(copy) } } : refuseShare(decision)
  },
})

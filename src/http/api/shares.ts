import type { Static } from 'typebox'
import {
  deleteShare,
  findActiveShare,
  listShares,
  rotateShare,
  type ShareAddress,
  updateSnapshot,
} from '../../actions/sharing/own-share.ts'
import { restoreShare } from '../../actions/restore.ts'
import { type PreviewHint, previewShare } from '../../actions/sharing/preview-share.ts'
import { saveShare } from '../../actions/sharing/save-share.ts'
import { addToWhitelist, listWhitelist, removeFromWhitelist } from '../../actions/sharing/whitelist.ts'
import {
  ApiError,
  ChatParams,
  DeleteQuery,
  EntryParams,
  ShareParams,
  UserParams,
} from '../../contract/common.ts'
import {
  AddEmailsArrayBody,
  AddEmailsBody,
  PreviewAnswer,
  PreviewBody,
  ShareAnswer,
  ShareBody,
  SharesAnswer,
  ShareStatus,
  WhitelistEntriesAnswer,
} from '../../contract/shares.ts'
import { actorOf } from '../input/actor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { outcomeStatus } from '../output/outcome.ts'
import { presentSharedMessage } from '../../reading/formats/shared-json.ts'
import { presentEntries } from '../output/present.ts'
import { done, forbidden, noMail, ok, ownerErrors, tooManyTries } from './documented.ts'
import { secretsRefused } from './scans.ts'
import { presentShare, readShareInput } from './share-json.ts'

const owner = { access: 'owner', tag: 'Shares' } as const
const ofChat = { ...owner, path: '/api/users/{user_id}/chats/{chat_id}/shares', params: ChatParams } as const
const SHARE_PATH = '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}'
const one = { ...owner, path: SHARE_PATH, params: ShareParams } as const

/** With `notify`. */
const notifyErrors = { ...forbidden('My own address isn’t confirmed'), ...tooManyTries, ...noMail }

type ShareIds = Static<typeof ShareParams>

function addressOf(params: ShareIds): ShareAddress {
  return { userId: params.user_id, chatId: params.chat_id, shareId: params.share_id }
}

export const shareStatusEndpoint = endpoint({
  ...ofChat,
  method: 'GET',
  summary: 'Whether the chat has an active share, and under which UUID',
  answers: { ...ok(ShareStatus, 'The UUID, or null without an active share'), ...ownerErrors },
  async handle({ params }, context) {
    const uuid = await findActiveShare(context, params.user_id, params.chat_id)
    return { body: uuid === null ? null : { uuid } }
  },
})

export const saveShareEndpoint = endpoint({
  ...ofChat,
  method: 'POST',
  summary: 'Share a chat',
  description: 'A chat has one share: posting again changes it and keeps its UUID.',
  body: [ShareBody],
  answers: { ...ok(ShareAnswer), ...ownerErrors, ...secretsRefused, ...notifyErrors },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const chat = { userId: params.user_id, chatId: params.chat_id }
    const share = await saveShare(
      context,
      chat,
      readShareInput(body, settings.pageOrigin(request)),
      actorOf(asked),
    )
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

export const changeShareEndpoint = endpoint({
  ...one,
  method: 'PATCH',
  summary: 'Change a share; fields left out keep their value',
  body: [ShareBody],
  answers: { ...ok(ShareAnswer), ...ownerErrors, ...secretsRefused, ...notifyErrors },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const share = await saveShare(
      context,
      addressOf(params),
      readShareInput(body, settings.pageOrigin(request)),
      actorOf(asked),
    )
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

export const rotateShareEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/rotate`,
  method: 'POST',
  summary: 'Give the share a new UUID; the old link is dead at once',
  answers: { ...ok(ShareAnswer), ...ownerErrors },
  async handle(asked, context, settings) {
    const { params, request } = asked
    const share = await rotateShare(context, addressOf(params), actorOf(asked))
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

export const snapshotShareEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/snapshot`,
  method: 'POST',
  isHeavy: true,
  summary: 'Freeze the chat as it is now',
  answers: { ...ok(ShareAnswer), ...ownerErrors, ...secretsRefused },
  async handle(asked, context, settings) {
    const { params, request } = asked
    const share = await updateSnapshot(context, addressOf(params), actorOf(asked))
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

const HINTS: Record<PreviewHint, string> = {
  'once-confirmed': 'They can read once they have confirmed this address by mail.',
  'cannot-confirm': 'They can’t: this server sends no mail, and the address isn’t verified.',
}

export const previewShareEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/preview`,
  isReading: true,
  method: 'POST',
  isHeavy: true,
  summary: 'What a visitor would get; nothing is counted',
  body: [PreviewBody],
  answers: { ...ok(PreviewAnswer), ...ownerErrors },
  async handle({ params, body }, context) {
    const visitor = { email: body.email, hasPassword: body.has_password ?? false }
    const { decision, chat, hint } = await previewShare(context, addressOf(params), visitor)
    const { outcome } = decision
    return {
      body: {
        outcome,
        statusCode: outcomeStatus(outcome),
        ...(hint ? { hint: HINTS[hint] } : {}),
        ...(chat ? { chatMessages: chat.messages.map(presentSharedMessage) } : {}),
      },
    }
  },
})

export const deleteShareEndpoint = endpoint({
  ...one,
  method: 'DELETE',
  summary: 'Delete a share; the link is dead at once',
  query: DeleteQuery,
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params, query } = asked
    await deleteShare(context, addressOf(params), actorOf(asked), query.undo === 'true')
    return { body: true }
  },
})

export const restoreShareEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/restore`,
  method: 'POST',
  summary: 'Take back the deletion of a share that was deleted with `undo`',
  answers: {
    ...ok(ShareAnswer),
    ...ownerErrors,
    409: { description: 'The chat has another share by now', schema: ApiError },
  },
  async handle(asked, context, settings) {
    const { params, request } = asked
    const share = await restoreShare(context, addressOf(params), actorOf(asked))
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

export const listSharesEndpoint = endpoint({
  ...owner,
  path: '/api/users/{user_id}/shares',
  params: UserParams,
  method: 'GET',
  isHeavy: true,
  summary: 'All my links, with state and views',
  answers: { ...ok(SharesAnswer), ...ownerErrors },
  async handle({ params, request }, context, settings) {
    const shares = await listShares(context, params.user_id)
    const origin = settings.origin(request)
    return { body: { shares: shares.map((share) => presentShare(share, origin, context.now())) } }
  },
})

export const listWhitelistEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/whitelist-entries`,
  method: 'GET',
  summary: 'The emails that may view',
  answers: { ...ok(WhitelistEntriesAnswer), ...ownerErrors },
  async handle({ params }, context) {
    return { body: presentEntries(await listWhitelist(context, addressOf(params))) }
  },
})

export const addToWhitelistEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/whitelist-entries`,
  method: 'POST',
  summary: 'Let more emails view; adding twice is harmless',
  body: [AddEmailsBody, AddEmailsArrayBody],
  answers: {
    ...ok(WhitelistEntriesAnswer, 'The whole list'),
    ...ownerErrors,
    ...secretsRefused,
    ...notifyErrors,
  },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const [emails, notify] = Array.isArray(body) ? [body, false] : [body.emails, body.notify]
    const entries = await addToWhitelist(context, addressOf(params), emails, {
      field: Array.isArray(body) ? undefined : 'emails',
      by: actorOf(asked),
      inviteFrom: notify === true ? settings.pageOrigin(request) : undefined,
    })
    return { body: presentEntries(entries) }
  },
})

export const removeFromWhitelistEndpoint = endpoint({
  ...owner,
  path: `${SHARE_PATH}/whitelist-entries/{entry_id}`,
  params: EntryParams,
  method: 'DELETE',
  summary: 'Let an email view no longer; the share stays protected',
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params } = asked
    await removeFromWhitelist(context, addressOf(params), params.entry_id, actorOf(asked))
    return { body: true }
  },
})

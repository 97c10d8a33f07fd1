import { type Static, Type } from 'typebox'
import {
  deleteShare,
  deleteShares,
  findActiveShare,
  listShareReaders,
  listShares,
  listSharesPage,
  pauseShares,
  rotateShare,
  type ShareAddress,
} from '../../actions/sharing/own-share.ts'
import { updateSnapshot } from '../../actions/sharing/snapshot-share.ts'
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
  DeleteSharesBody,
  PauseSharesBody,
  PreviewAnswer,
  PreviewBody,
  SHARE_COLUMNS,
  ShareAnswer,
  ShareBody,
  SharesAnswer,
  SharesQuery,
  ShareReadersAnswer,
  ShareStatus,
  SnapshotBody,
  WhitelistEntriesAnswer,
} from '../../contract/shares.ts'
import { actorOf } from '../input/actor.ts'
import { readPage, writeCursor } from '../input/cursor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { outcomeStatus } from '../output/outcome.ts'
import { presentSharedMessage } from '../../reading/formats/shared-json.ts'
import { isoTime, presentEntries, presentMatch } from '../output/present.ts'
import { done, forbidden, noMail, ok, ownerErrors, tooManyTries } from './documented.ts'
import { SecretsError } from '../../contract/scans.ts'
import { secretsRefused } from './scans.ts'
import { presentShare, readShareInput } from './share-json.ts'

const owner = { access: 'owner', tag: 'Shares' } as const
const ofChat = { ...owner, path: '/api/users/{user_id}/chats/{chat_id}/shares', params: ChatParams } as const
const SHARE_PATH = '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}'
const one = { ...owner, path: SHARE_PATH, params: ShareParams } as const

/** With `notify`. */
const notifyErrors = { ...forbidden('My own address isn’t confirmed'), ...tooManyTries, ...noMail }

const all = { ...owner, path: '/api/users/{user_id}/shares', params: UserParams } as const

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
  description:
    "Without a `label` it is the chat's main link. Posting again changes the link of that label and keeps its UUID. A password of null or an empty list is no proof: creating a link with it needs `is_protected` too.",
  body: [ShareBody],
  answers: { ...ok(ShareAnswer), ...ownerErrors, ...secretsRefused, ...notifyErrors },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const chat = { userId: params.user_id, chatId: params.chat_id }
    const share = await saveShare(context, chat, readShareInput(body, settings.pageOrigin(request)), {
      by: actorOf(asked),
      from: asked.from,
    })
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
      { by: actorOf(asked), from: asked.from },
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
  summary: 'Freeze the chat as it is now, or a part of it',
  description:
    'A link that shows a part already needs to be told again what it is to show. The texts of `redact` are stored nowhere.',
  body: [SnapshotBody],
  answers: { ...ok(ShareAnswer), ...ownerErrors, ...secretsRefused },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const choice = { messageIds: body.message_ids, redact: body.redact }
    const share = await updateSnapshot(context, addressOf(params), choice, actorOf(asked))
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

const HINTS: Record<PreviewHint, string> = {
  'once-signed-on':
    'They can read once they have signed in by single sign-on, where it has verified this address.',
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

export const shareReadersEndpoint = endpoint({
  ...one,
  path: `${SHARE_PATH}/readers`,
  method: 'GET',
  summary: 'Who read it, and how often on which day, for a year',
  description: 'Only emails that readers proved for this share are kept, and its page tells them so.',
  answers: { ...ok(ShareReadersAnswer), ...ownerErrors },
  async handle({ params }, context) {
    const { days, readers } = await listShareReaders(context, addressOf(params))
    return {
      body: {
        days: days.map(({ date, views }) => ({ date, views })),
        readers: readers.map(({ email, firstAt, lastAt, views }) => ({
          email,
          first_at: isoTime(firstAt),
          last_at: isoTime(lastAt),
          views,
        })),
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
    409: {
      description:
        'Another link of the chat has its label by now; or others could open it, there are secrets in the chat, and this server refuses that',
      schema: Type.Union([ApiError, SecretsError]),
    },
  },
  async handle(asked, context, settings) {
    const { params, request } = asked
    const share = await restoreShare(context, addressOf(params), actorOf(asked))
    return { body: { share: presentShare(share, settings.origin(request), context.now()) } }
  },
})

export const listSharesEndpoint = endpoint({
  ...all,
  method: 'GET',
  isHeavy: true,
  summary: 'My links, with state and views',
  description:
    'Without parameters all of them, the one changed last first; with any of them a page, which searches and filters too.',
  query: SharesQuery,
  answers: { ...ok(SharesAnswer), ...ownerErrors },
  async handle({ params, query, request }, context, settings) {
    const origin = settings.origin(request)
    if (Object.keys(query).length === 0) {
      const shares = await listShares(context, params.user_id)
      return { body: { shares: shares.map((share) => presentShare(share, origin, context.now())) } }
    }
    const order = query.order_by ?? 'updated_at:desc'
    const [column, direction] = order.split(':')
    const kinds = [column === 'name' ? 'string' : 'number', 'number'] as const
    const wanted = {
      text: query.q,
      state: query.state,
      chatIds: query.chat_id?.split(',').map(Number),
      order: {
        column: SHARE_COLUMNS.find((known) => known === column) ?? 'updated_at',
        direction: direction === 'asc' ? ('asc' as const) : ('desc' as const),
      },
    }
    const page = readPage(query, order, kinds)
    const { shares, last, total } = await listSharesPage(context, params.user_id, wanted, page)
    return {
      body: {
        shares: shares.map((share) => ({
          ...presentShare(share, origin, context.now()),
          chat_name: share.chatName,
          ...presentMatch(share.match),
        })),
        next_cursor: last === undefined ? null : writeCursor(order, last),
        total,
      },
    }
  },
})

export const pauseSharesEndpoint = endpoint({
  ...all,
  method: 'PATCH',
  summary: 'Pause several links or open them again, all or none',
  body: [PauseSharesBody],
  answers: { ...ok(SharesAnswer, 'The links as they are now'), ...ownerErrors },
  async handle(asked, context, settings) {
    const { params, body, request } = asked
    const { share_ids: ids, is_shared: isShared } = body
    const shares = await pauseShares(context, params.user_id, ids, isShared, actorOf(asked))
    const origin = settings.origin(request)
    return { body: { shares: shares.map((share) => presentShare(share, origin, context.now())) } }
  },
})

export const deleteSharesEndpoint = endpoint({
  ...all,
  method: 'DELETE',
  isHeavy: true,
  summary: 'Delete several links, all or none; they are dead at once',
  query: DeleteQuery,
  body: [DeleteSharesBody],
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params, body, query } = asked
    await deleteShares(context, params.user_id, body.share_ids, actorOf(asked), query.undo === 'true')
    return { body: true }
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

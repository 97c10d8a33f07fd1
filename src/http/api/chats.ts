import type { Static } from 'typebox'
import {
  type ChatOrder,
  createChat,
  deleteAllOf,
  getChat,
  listChats,
  listChatsPage,
  listSources,
  renameChat,
} from '../../actions/chats/chats.ts'
import { restoreChats } from '../../actions/restore.ts'
import {
  CHAT_COLUMNS,
  ChatAnswer,
  ChatsAnswer,
  ChatSourcesAnswer,
  ChatsQuery,
  CreateChatBody,
  DeleteChatsBody,
  RenameChatBody,
} from '../../contract/chats.ts'
import { ChatParams, DeleteQuery, UserParams } from '../../contract/common.ts'
import { actorOf } from '../input/actor.ts'
import { readPage, writeCursor } from '../input/cursor.ts'
import { idempotencyKeyOf } from '../input/idempotency-key.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { presentChat, presentMatch } from '../output/present.ts'
import { done, ok, otherRequest, ownerErrors } from './documented.ts'

const all = { path: '/api/users/{user_id}/chats', access: 'owner', tag: 'Chats', params: UserParams } as const
const one = {
  path: '/api/users/{user_id}/chats/{chat_id}',
  access: 'owner',
  tag: 'Chats',
  params: ChatParams,
} as const

export const listChatsEndpoint = endpoint({
  ...all,
  method: 'GET',
  isHeavy: true,
  summary: 'My chats',
  description:
    'Without `limit` or another part of a page all of them; else a page, which searches and filters too.',
  query: ChatsQuery,
  answers: { ...ok(ChatsAnswer), ...ownerErrors },
  async handle({ params, query }, context) {
    const { order_by: orderBy = 'updated_at:desc', ...others } = query
    const order = readOrder(orderBy)
    if (Object.keys(others).length === 0) {
      const chats = await listChats(context, params.user_id, order)
      return { body: { chats: chats.map(presentChat) } }
    }
    const kinds = order.map(({ column }) => (TEXT_COLUMNS.includes(column) ? 'string' : 'number'))
    const page = readPage(query, orderBy, [...kinds, 'number'])
    const { chats, last, total } = await listChatsPage(
      context,
      params.user_id,
      readFilter(query, order),
      page,
    )
    return {
      body: {
        chats: chats.map((chat) => ({ ...presentChat(chat), ...presentMatch(chat.match) })),
        next_cursor: last === undefined ? null : writeCursor(orderBy, last),
        total,
      },
    }
  },
})

export const listChatSourcesEndpoint = endpoint({
  ...all,
  path: '/api/users/{user_id}/chat-sources',
  method: 'GET',
  summary: 'Where my chats were imported from',
  answers: { ...ok(ChatSourcesAnswer), ...ownerErrors },
  async handle({ params }, context) {
    return { body: { sources: await listSources(context, params.user_id) } }
  },
})

export const createChatEndpoint = endpoint({
  ...all,
  method: 'POST',
  summary: 'Begin a chat',
  takesIdempotencyKey: true,
  body: [CreateChatBody],
  takesForms: true,
  answers: { ...ok(ChatAnswer), ...ownerErrors, ...otherRequest },
  async handle(asked, context) {
    const { params, body } = asked
    const chat = await createChat(context, params.user_id, body, idempotencyKeyOf(asked, context))
    return { body: { chat: presentChat(chat) } }
  },
})

export const deleteChatsEndpoint = endpoint({
  ...all,
  method: 'DELETE',
  isHeavy: true,
  summary: 'Delete several chats, all or none',
  query: DeleteQuery,
  body: [DeleteChatsBody],
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params, query, body } = asked
    await deleteAllOf(context, params.user_id, body.chat_ids, actorOf(asked), query.undo === 'true')
    return { body: true }
  },
})

export const restoreChatsEndpoint = endpoint({
  ...all,
  path: '/api/users/{user_id}/chats/restore',
  method: 'POST',
  summary: 'Take back the deletion of chats that were deleted with `undo`, all or none',
  body: [DeleteChatsBody],
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params, body } = asked
    await restoreChats(context, params.user_id, body.chat_ids, actorOf(asked))
    return { body: true }
  },
})

export const getChatEndpoint = endpoint({
  ...one,
  method: 'GET',
  summary: 'A chat',
  answers: { ...ok(ChatAnswer), ...ownerErrors },
  async handle({ params }, context) {
    return { body: { chat: presentChat(await getChat(context, params.user_id, params.chat_id)) } }
  },
})

export const renameChatEndpoint = endpoint({
  ...one,
  method: 'PATCH',
  summary: 'Rename a chat',
  body: [RenameChatBody],
  answers: { ...ok(ChatAnswer), ...ownerErrors },
  async handle({ params, body }, context) {
    const chat = await renameChat(context, params.user_id, params.chat_id, body.name)
    return { body: { chat: presentChat(chat) } }
  },
})

export const deleteChatEndpoint = endpoint({
  ...one,
  method: 'DELETE',
  isHeavy: true,
  summary: 'Delete a chat with its messages and its share',
  query: DeleteQuery,
  answers: { ...done, ...ownerErrors },
  async handle(asked, context) {
    const { params, query } = asked
    await deleteAllOf(context, params.user_id, [params.chat_id], actorOf(asked), query.undo === 'true')
    return { body: true }
  },
})

const TEXT_COLUMNS: readonly string[] = ['model', 'name']

/** What of the chats is asked for. */
function readFilter(query: Static<typeof ChatsQuery>, order: readonly ChatOrder[]) {
  return {
    text: query.q,
    order,
    isShared: query.shared === undefined ? undefined : query.shared === 'yes',
    source: query.source === 'here' ? '' : query.source,
    since: query.since === undefined ? undefined : Date.parse(query.since),
    until: query.until === undefined ? undefined : Date.parse(query.until),
  }
}

/** @param text `column:direction`, comma-separated, as the schema has checked */
function readOrder(text: string): ChatOrder[] {
  return text.split(',').flatMap((term) => {
    const [name, direction] = term.trim().split(':')
    const column = CHAT_COLUMNS.find((known) => known === name)
    if (!column) return []
    return [
      {
        column: column === 'neptun_user_id' ? 'user_id' : column,
        direction: direction === 'asc' ? 'asc' : 'desc',
      },
    ]
  })
}

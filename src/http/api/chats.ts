import {
  type ChatOrder,
  createChat,
  deleteAllOf,
  getChat,
  listChats,
  renameChat,
} from '../../actions/chats/chats.ts'
import { restoreChats } from '../../actions/restore.ts'
import {
  CHAT_COLUMNS,
  ChatAnswer,
  ChatsAnswer,
  ChatsQuery,
  CreateChatBody,
  DeleteChatsBody,
  RenameChatBody,
} from '../../contract/chats.ts'
import { ChatParams, DeleteQuery, UserParams } from '../../contract/common.ts'
import { actorOf } from '../input/actor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { presentChat } from '../output/present.ts'
import { done, ok, ownerErrors } from './documented.ts'

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
  query: ChatsQuery,
  answers: { ...ok(ChatsAnswer), ...ownerErrors },
  async handle({ params, query }, context) {
    const chats = await listChats(context, params.user_id, readOrder(query.order_by ?? 'updated_at:desc'))
    return { body: { chats: chats.map(presentChat) } }
  },
})

export const createChatEndpoint = endpoint({
  ...all,
  method: 'POST',
  summary: 'Begin a chat',
  body: [CreateChatBody],
  takesForms: true,
  answers: { ...ok(ChatAnswer), ...ownerErrors },
  async handle({ params, body }, context) {
    return { body: { chat: presentChat(await createChat(context, params.user_id, body)) } }
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

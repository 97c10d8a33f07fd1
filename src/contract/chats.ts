import { Type } from 'typebox'
import { MAX_CHAT_MESSAGES, MAX_DELETED_AT_ONCE, MAX_MESSAGE_BYTES } from '../chats/limits.ts'
import { Id, Match, Name, Nullable, PageEnd, PageQuery, Time } from './common.ts'

export const Role = Type.Union([Type.Literal('user'), Type.Literal('assistant')])

/** At most 1 MiB of UTF-8; NUL is stripped and lone surrogates become U+FFFD. */
const MessageText = Type.String({ maxLength: MAX_MESSAGE_BYTES })

export const CHAT_COLUMNS = ['id', 'neptun_user_id', 'model', 'name', 'created_at', 'updated_at'] as const

const TERM = `(${CHAT_COLUMNS.join('|')}):(asc|desc)`
export const ORDER_BY = `^${TERM}(, *${TERM}){0,5}$`
export const ORDER_BY_WORDS = `column:asc or column:desc, comma-separated; columns are ${CHAT_COLUMNS.join(', ')}`

export const ChatsQuery = Type.Object({
  order_by: Type.Optional(
    Type.String({
      pattern: ORDER_BY,
      description: ORDER_BY_WORDS,
      examples: ['updated_at:desc'],
    }),
  ),
  ...PageQuery,
  shared: Type.Optional(
    Type.Union([Type.Literal('yes'), Type.Literal('no')], { description: 'whether it has a link' }),
  ),
  source: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9-]{1,40}$',
      description: 'where it was imported from; `here` for what was written here',
      examples: ['chatgpt'],
    }),
  ),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'changed at this moment or later' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'changed before this moment' })),
})

export const CreateChatBody = Type.Object({ model: Name, name: Name })
export const RenameChatBody = Type.Object({ name: Name })
export const DeleteChatsBody = Type.Object({
  chat_ids: Type.Array(Id, { minItems: 1, maxItems: MAX_DELETED_AT_ONCE }),
})

export const AddMessageBody = Type.Object({ message: MessageText, actor: Role })
export const AddMessagesBody = Type.Object({
  messages: Type.Array(Type.Object({ content: MessageText, role: Role }), {
    minItems: 1,
    maxItems: MAX_CHAT_MESSAGES,
  }),
})
export const ChangeMessageBody = Type.Object({ content: MessageText })

export const Chat = Type.Object({
  id: Id,
  neptun_user_id: Id,
  model: Type.String(),
  name: Type.String(),
  created_at: Time,
  updated_at: Time,
})
export const ChatAnswer = Type.Object({ chat: Chat })
const ListedChat = Type.Object({
  ...Chat.properties,
  match: Type.Optional(Match),
})
export const ChatsAnswer = Type.Object({ chats: Type.Array(ListedChat), ...PageEnd })

/** Where an account's chats came from, as the filter of their list takes it. */
export const ChatSourcesAnswer = Type.Object({ sources: Type.Array(Type.String()) })

/** `message` equals `content` and `actor` equals `role`: clients read either. */
export const ChatMessage = Type.Object({
  id: Id,
  chat_conversation_id: Id,
  neptun_user_id: Id,
  message: Type.String(),
  actor: Role,
  content: Type.String(),
  role: Role,
  created_at: Time,
  updated_at: Time,
})
export const ChatMessageAnswer = Type.Object({ chatMessage: ChatMessage })
export const ChatMessagesAnswer = Type.Object({ chatMessages: Type.Array(ChatMessage) })
export const AddedMessagesAnswer = Type.Union([ChatMessageAnswer, ChatMessagesAnswer])
export const DeletedExchangeAnswer = Type.Object({
  maybeAssistantMessageToDelete: Nullable(ChatMessage),
  maybeUserMessageToDelete: Nullable(ChatMessage),
})

/** From the first message's number on; so many at most, and fewer of very long ones. */
export const RenderedMessagesQuery = Type.Object({
  from: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,5}$', description: '1 where it isn’t said' })),
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$', description: 'At most 50; 20 where it isn’t said' }),
  ),
})
export const RenderedMessagesAnswer = Type.Object({
  renderedMessages: Type.Array(
    Type.Object({
      id: Id,
      /** where it stands in the chat, from 1 */
      number: Type.Integer(),
      html: Type.String(),
      is_final: Type.Boolean(),
    }),
  ),
})

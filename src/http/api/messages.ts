import { exportChat } from '../../actions/chats/export-chat.ts'
import {
  addMessages,
  changeMessage,
  deleteLastExchange,
  deleteMessage,
  listMessages,
} from '../../actions/chats/messages.ts'
import { renderMessages } from '../../actions/chats/render-messages.ts'
import {
  AddedMessagesAnswer,
  AddMessageBody,
  AddMessagesBody,
  ChangeMessageBody,
  ChatMessageAnswer,
  ChatMessagesAnswer,
  DeletedExchangeAnswer,
  RenderedMessagesAnswer,
  RenderedMessagesQuery,
} from '../../contract/chats.ts'
import { ChatParams, MessageParams } from '../../contract/common.ts'
import { type ChatFormat, plainFormat } from '../../reading/chat-format.ts'
import { askingOf } from '../input/asking.ts'
import { idempotencyKeyOf } from '../input/idempotency-key.ts'
import { FILE_MARK } from '../../rendering/place-files.ts'
import { messageLength } from '../../rendering/message-length.ts'
import { messageBody } from '../pages/share/message-body.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { presentMessage } from '../output/present.ts'
import { done, ok, otherRequest, ownerErrors } from './documented.ts'

const MiB = 1024 * 1024
const all = {
  path: '/api/users/{user_id}/chats/{chat_id}/messages',
  access: 'owner',
  tag: 'Messages',
  params: ChatParams,
  mendedFields: ['content', 'message'],
  bodyLimit: 20 * MiB,
} as const
const one = {
  ...all,
  path: '/api/users/{user_id}/chats/{chat_id}/messages/{message_id}',
  params: MessageParams,
} as const

const ids = (params: { user_id: number; chat_id: number }) => ({
  userId: params.user_id,
  chatId: params.chat_id,
})

export const listMessagesEndpoint = endpoint({
  ...all,
  method: 'GET',
  isHeavy: true,
  summary: 'The messages of a chat, in the order of the conversation',
  answers: { ...ok(ChatMessagesAnswer), ...ownerErrors },
  async handle({ params, request }, context) {
    const messages = await listMessages(context, params.user_id, params.chat_id)
    if (messages) {
      return { body: { chatMessages: messages.map((message) => presentMessage(message, ids(params))) } }
    }
    const asking = askingOf(request, messagesFor(ids(params)))
    const { body } = await exportChat(context, params.user_id, params.chat_id, asking)
    return { parts: body, headers: { 'content-type': 'application/json; charset=utf-8' } }
  },
})

/** The same answer for a chat that is too large to be held as a whole. */
function messagesFor(of: ReturnType<typeof ids>): ChatFormat {
  return plainFormat('own-messages', 1, {
    begin: () => '{"chatMessages":[',
    message: (message, index) => `${index === 0 ? '' : ','}${JSON.stringify(presentMessage(message, of))}`,
    end: () => ']}',
  })
}

export const renderedMessagesEndpoint = endpoint({
  ...all,
  path: '/api/users/{user_id}/chats/{chat_id}/messages/rendered',
  method: 'GET',
  isHeavy: true,
  summary: 'Messages of a chat as HTML, as their readers get it',
  description:
    'For pages of this server: the HTML needs their styles. With `is_final` false there was no time to render the message whole; asking again may do better.',
  query: RenderedMessagesQuery,
  answers: { ...ok(RenderedMessagesAnswer), ...ownerErrors },
  async handle({ params, query }, context) {
    const from = Number(query.from ?? 1)
    const count = Number(query.limit ?? 20)
    const rendered = await renderMessages(context, { ...ids(params), from, count })
    const filesPath = `/api/users/${params.user_id}/chats/${params.chat_id}/files/`
    return {
      body: {
        renderedMessages: rendered.map(({ message, html, isFinal }, index) => ({
          id: message.id,
          number: from + index,
          html: messageBody(
            html.replaceAll(FILE_MARK, filesPath),
            messageLength(message.content, message.role),
          ).text,
          is_final: isFinal,
        })),
      },
    }
  },
})

export const addMessagesEndpoint = endpoint({
  ...all,
  method: 'POST',
  summary: 'Add a message, or many at once, all or none',
  takesIdempotencyKey: true,
  body: [AddMessagesBody, AddMessageBody],
  answers: { ...ok(AddedMessagesAnswer), ...ownerErrors, ...otherRequest },
  async handle(asked, context) {
    const { params, body } = asked
    const sent =
      'messages' in body
        ? body.messages.map(({ content, role }, index) => ({
            content,
            role,
            path: ['messages', index, 'content'],
          }))
        : [{ content: body.message, role: body.actor, path: ['message'] }]
    const key = idempotencyKeyOf(asked, context)
    const added = await addMessages(context, params.user_id, params.chat_id, sent, key)
    const chatMessages = added.map((message) => presentMessage(message, ids(params)))
    return { body: 'messages' in body ? { chatMessages } : { chatMessage: chatMessages[0] } }
  },
})

export const changeMessageEndpoint = endpoint({
  ...one,
  method: 'PATCH',
  summary: "Replace a message's text",
  body: [ChangeMessageBody],
  answers: { ...ok(ChatMessageAnswer), ...ownerErrors },
  async handle({ params, body }, context) {
    const { user_id, chat_id, message_id } = params
    const message = await changeMessage(context, user_id, chat_id, message_id, body.content)
    return { body: { chatMessage: presentMessage(message, ids(params)) } }
  },
})

export const deleteMessageEndpoint = endpoint({
  ...one,
  method: 'DELETE',
  summary: 'Delete a message',
  answers: { ...done, ...ownerErrors },
  async handle({ params }, context) {
    await deleteMessage(context, params.user_id, params.chat_id, params.message_id)
    return { body: true }
  },
})

export const deleteLastExchangeEndpoint = endpoint({
  ...all,
  path: '/api/users/{user_id}/chats/{chat_id}/messages/last',
  method: 'DELETE',
  summary: 'Delete the last exchange',
  description: 'The trailing assistant message, if any, and the user message before it.',
  answers: { ...ok(DeletedExchangeAnswer), ...ownerErrors },
  async handle({ params }, context) {
    const { assistant, user } = await deleteLastExchange(context, params.user_id, params.chat_id)
    return {
      body: {
        maybeAssistantMessageToDelete: assistant && presentMessage(assistant, ids(params)),
        maybeUserMessageToDelete: user && presentMessage(user, ids(params)),
      },
    }
  },
})

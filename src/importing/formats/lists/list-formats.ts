import { arrayOf, firstText, isObject, objectOf } from '../../streams/loose-json.ts'
import type { FlatFormat, ListFormat } from './list-format.ts'

/**
 * Formats that differ by a wrapper and the names of their fields. A new one is an entry here and a fixture. The shapes are
 * those that the programs write or publish; `has` is what tells one from the others.
 */
export const listFormats: readonly ListFormat[] = [
  {
    name: 'Grok',
    source: 'grok',
    conversations: 'conversations',
    has: 'conversation responses',
    messages: 'responses',
    id: 'conversation.id conversation.conversationId',
    title: 'conversation.title',
    usualModel: 'Grok',
    createdAt: 'conversation.create_time conversation.createTime',
    updatedAt: 'conversation.modify_time conversation.modifyTime',
    message: {
      inner: 'response',
      role: 'sender',
      content: 'message',
      thought: 'thinking_trace',
      createdAt: 'create_time createTime',
      model: 'model',
      id: '_id responseId',
      parent: 'parent_response_id parentResponseId',
    },
  },
  {
    name: 'NextChat',
    source: 'nextchat',
    conversations: 'chat-next-web-store.sessions state.sessions sessions',
    has: 'topic messages',
    messages: 'messages',
    id: 'id',
    title: 'topic',
    model: 'mask.modelConfig.model',
    updatedAt: 'lastUpdate',
    message: { role: 'role', content: 'content', createdAt: 'date', model: 'model' },
  },
  {
    name: 'Chatbox',
    source: 'chatbox',
    conversations: 'session:* chat-sessions sessions',
    has: 'messages name',
    messageHas: 'contentParts',
    messages: 'messages',
    id: 'id',
    title: 'name threadName',
    model: 'settings.modelId settings.model',
    message: { role: 'role', content: 'contentParts content', createdAt: 'timestamp', model: 'model' },
  },
  {
    name: 'Chatbox',
    source: 'chatbox',
    conversations: 'chat-sessions',
    has: 'messages name starred',
    messages: 'messages',
    id: 'id',
    title: 'name',
    message: { role: 'role', content: 'content', createdAt: 'timestamp', model: 'model' },
  },
  {
    name: 'big-AGI',
    source: 'big-agi',
    conversations: 'conversations',
    has: 'messages systemPurposeId',
    messages: 'messages',
    id: 'id conversationId',
    title: 'userTitle autoTitle',
    createdAt: 'created',
    updatedAt: 'updated',
    message: {
      role: 'role sender',
      content: 'fragments text',
      parts: bigAgiParts,
      createdAt: 'created',
      model: 'generator.name originLLM',
    },
  },
  {
    name: 'Chatbot UI',
    source: 'chatbot-ui',
    conversations: 'history',
    has: 'messages folderId',
    messages: 'messages',
    id: 'id',
    title: 'name',
    model: 'model.id model.name model',
    message: { role: 'role', content: 'content' },
  },
  {
    name: 'HuggingChat',
    source: 'huggingchat',
    conversations: 'conversations',
    has: 'messages',
    messageHas: 'from content ancestors',
    messages: 'messages',
    id: 'id _id',
    title: 'title',
    model: 'model',
    createdAt: 'createdAt',
    updatedAt: 'updatedAt',
    message: {
      role: 'from',
      content: 'content',
      thought: 'reasoning',
      createdAt: 'createdAt',
      id: 'id',
      parent: 'ancestors.-1',
    },
  },
  {
    name: 'HuggingChat',
    source: 'huggingchat',
    has: 'messages model',
    messageHas: 'from content',
    messages: 'messages',
    id: 'id _id',
    title: 'title',
    model: 'model',
    createdAt: 'createdAt',
    message: { role: 'from', content: 'content', thought: 'reasoning', createdAt: 'createdAt' },
  },
  {
    name: 'TypingMind',
    source: 'typingmind',
    conversations: 'data.chats chats',
    has: 'messages chatTitle',
    messages: 'messages',
    id: 'chatID id',
    title: 'chatTitle',
    model: 'model modelInfo.title modelInfo.id',
    createdAt: 'createdAt',
    updatedAt: 'updatedAt',
    message: { role: 'role', content: 'content', createdAt: 'createdAt', model: 'model' },
  },
  {
    name: 'LM Studio',
    source: 'lm-studio',
    has: 'messages',
    messageHas: 'versions',
    messages: 'messages',
    title: 'name',
    model: 'lastUsedModel.identifier lastUsedModel.indexedModelIdentifier',
    createdAt: 'createdAt',
    message: {
      role: 'role',
      content: 'versions',
      parts: lmStudioParts,
      model: 'senderInfo.senderName',
    },
  },
  {
    name: 'ChatGPT Exporter',
    source: 'chatgpt-exporter',
    has: 'messages',
    messageHas: 'role say',
    messages: 'messages',
    title: 'metadata.title title',
    usualModel: 'ChatGPT',
    createdAt: 'metadata.dates.created',
    updatedAt: 'metadata.dates.updated',
    message: { role: 'role', content: 'say', createdAt: 'time' },
  },
  {
    name: 'Perplexity',
    source: 'perplexity',
    conversations: 'threads conversations',
    has: 'entries',
    messageHas: 'query',
    messages: 'entries',
    id: 'id uuid context_uuid slug',
    title: 'title thread_title name',
    usualModel: 'Perplexity',
    createdAt: 'created_at timestamp',
    message: {
      role: '',
      content: 'query query_str',
      answer: 'answer response.answer response text',
      createdAt: 'created_at timestamp updated_datetime',
      model: 'model display_model',
    },
  },
  {
    name: 'Perplexity',
    source: 'perplexity',
    has: 'entries',
    messageHas: 'query_str',
    messages: 'entries',
    id: 'id uuid context_uuid entries.0.context_uuid',
    title: 'title thread_title entries.0.thread_title',
    usualModel: 'Perplexity',
    message: {
      role: '',
      content: 'query_str',
      answer: 'blocks answer text',
      parts: perplexityParts,
      createdAt: 'entry_created_datetime updated_datetime created_at',
      model: 'display_model model',
    },
  },
  {
    name: 'Cody',
    source: 'cody',
    has: 'interactions',
    messageHas: 'humanMessage',
    messages: 'interactions',
    id: 'id',
    title: 'chatTitle',
    createdAt: 'lastInteractionTimestamp',
    message: {
      role: '',
      content: 'humanMessage.text',
      answer: 'assistantMessage.text',
      model: 'assistantMessage.model',
    },
  },
  {
    name: 'Continue',
    source: 'continue',
    has: 'history sessionId',
    messageHas: 'message',
    messages: 'history',
    id: 'sessionId',
    title: 'title',
    createdAt: 'dateCreated',
    message: { inner: 'message', role: 'role', content: 'content' },
  },
  {
    name: 'Cherry Studio',
    source: 'cherry-studio',
    conversations: 'indexedDB.topics',
    has: 'messages assistantId',
    messages: 'messages',
    id: 'id',
    title: 'name',
    createdAt: 'createdAt',
    message: { role: 'role', content: 'content', createdAt: 'createdAt', model: 'model.id modelId' },
  },
  {
    name: 'questions and answers',
    source: 'pairs',
    has: '',
    messageHas: 'question answer',
    messages: 'messages turns exchanges history conversation entries chat qa items',
    id: 'id',
    title: 'title name topic',
    model: 'model',
    createdAt: 'created_at createdAt date',
    message: {
      role: '',
      content: 'question',
      answer: 'answer',
      createdAt: 'timestamp time date created_at createdAt',
    },
  },
  {
    name: 'questions and answers',
    source: 'pairs',
    has: '',
    messageHas: 'prompt response',
    messages: 'messages turns exchanges history conversation entries chat qa items',
    id: 'id',
    title: 'title name topic',
    model: 'model',
    createdAt: 'created_at createdAt date',
    message: {
      role: '',
      content: 'prompt',
      answer: 'response',
      createdAt: 'timestamp time date created_at createdAt',
    },
  },
]

export const flatFormats: readonly FlatFormat[] = [
  {
    name: 'LobeChat',
    source: 'lobechat',
    messages: 'state.messages data.messages',
    belongsTo: 'topicId sessionId groupId',
    conversations: 'state.topics data.topics state.sessions data.sessions',
    id: 'id',
    title: 'title meta.title',
    message: {
      role: 'role',
      content: 'content',
      thought: 'reasoning.content',
      createdAt: 'createdAt created_at',
      model: 'model extra.fromModel',
    },
  },
  {
    name: 'T3 Chat',
    source: 't3-chat',
    messages: 'messages',
    belongsTo: 'threadId thread_id conversationId conversation_id chatId chat_id',
    conversations: 'threads conversations chats',
    id: 'threadId id _id',
    title: 'title name',
    message: {
      role: 'role',
      content: 'content parts',
      thought: 'reasoning',
      createdAt: 'created_at createdAt timestamp',
      model: 'model',
    },
  },
]

/** Fragments of content and of what the model thought; others are named by their kind. */
function bigAgiParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content.filter(isObject).map((fragment) => {
    const part = objectOf(fragment['part'])
    if (part['pt'] === 'text' || part['pt'] === 'error')
      return { type: 'text', text: part['text'] ?? part['error'] }
    if (part['pt'] === 'ma') return { type: 'reasoning', text: part['aText'] }
    if (part['pt'] === 'doc') return { type: 'text', text: objectOf(part['data'])['text'] }
    return {
      ...part,
      type: (firstText(part['pt'], fragment['ft']) ?? 'unknown').replace('tool_invocation', 'tool_call'),
    }
  })
}

/** The version that is shown: parts, or steps that hold them, of which some are thoughts. */
function lmStudioParts(_: unknown, message: unknown): unknown {
  const version = shownVersion(message)
  if (Array.isArray(version['content'])) return version['content']
  return arrayOf(version['steps'])
    .filter(isObject)
    .flatMap((step) => {
      if (step['type'] !== 'contentBlock')
        return [{ type: 'tool_call', name: step['type'], input: step['content'] }]
      const isThought = objectOf(step['style'])['type'] === 'thinking'
      return arrayOf(step['content']).map((part) =>
        isThought && isObject(part) && part['type'] === 'text' ? { ...part, type: 'reasoning' } : part,
      )
    })
    .filter((part) => !isObject(part) || part['type'] !== 'tool_call' || part['name'] === 'toolCall')
}

/** Of an edited message, the version that the page shows. */
export function shownVersion(message: unknown): Record<string, unknown> {
  const { versions, currentlySelected } = objectOf(message)
  const all = arrayOf(versions)
  const chosen = typeof currentlySelected === 'number' ? all[currentlySelected] : undefined
  return objectOf(chosen ?? all.at(-1))
}

function perplexityParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content
    .map((block) => objectOf(objectOf(block)['markdown_block'])['answer'])
    .filter((answer) => typeof answer === 'string')
}

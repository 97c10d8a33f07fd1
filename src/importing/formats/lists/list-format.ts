import type { Role } from '../../../chats/chat.ts'

/** Fields by their way from a value, "mask.modelConfig.model"; several with blanks between, of which the first that holds something counts. */
export type Fields = string

/**
 * A format whose conversation is a list of messages: where things lie and what they are called, so that one more is one
 * entry in list-formats.ts.
 */
export type ListFormat = {
  name: string
  /** The start of source keys. */
  source: string
  /** Where a file of it holds its conversations, if not as a list by themselves; `*` stands for whatever a field ends in. */
  conversations?: Fields
  /** Ways that all lead somewhere in a conversation of it. */
  has: Fields
  /** Ways that all lead somewhere in a message of it. */
  messageHas?: Fields
  messages: Fields
  id?: Fields
  title?: Fields
  model?: Fields
  usualModel?: string
  createdAt?: Fields
  updatedAt?: Fields
  message: MessageFields
}

export type MessageFields = {
  /** Where a message lies in its element of the list. */
  inner?: Fields
  /** Who speaks: a name, or a boolean that is true for the user. */
  role: Fields
  /** Text, or parts as APIs have them. */
  content: Fields
  /** What {@link content} has of its own kind, as parts that APIs have. */
  parts?: (content: unknown, message: unknown) => unknown
  thought?: Fields
  createdAt?: Fields
  model?: Fields
  /** Where messages form a tree: what they are called and what they follow. The branch written last is taken. */
  id?: Fields
  parent?: Fields
  /** What the roles are called where they aren't known anyway (speaker-names.ts). */
  roles?: Readonly<Record<string, Role | 'other'>>
  /** A question and its answer lie in one element: who asked is in `content`, the answer here. */
  answer?: Fields
}

/**
 * A format that holds all messages of all conversations in one list, each with the conversation it belongs to, and what
 * those are called in another.
 */
export type FlatFormat = Pick<ListFormat, 'name' | 'source' | 'usualModel' | 'message'> & {
  messages: Fields
  /** In a message: the conversation it belongs to; the first that is there. */
  belongsTo: Fields
  /** Lists of conversations, and in them what they are called. */
  conversations: Fields
  id: Fields
  title: Fields
}

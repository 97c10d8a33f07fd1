/** Who said it. Other parties of a conversation (system, tools) are no part of a chat here. */
export type Role = 'user' | 'assistant'

/** A message as exports need it, of a store or not. Times are epoch milliseconds. */
type ChatMessage = {
  role: Role
  content: string
  createdAt?: number | undefined
  updatedAt?: number | undefined
}

/** A chat as exports need it, its messages in the order of the conversation. */
export type Chat = {
  name: string
  model: string
  createdAt?: number | undefined
  updatedAt?: number | undefined
  messages: readonly ChatMessage[]
}

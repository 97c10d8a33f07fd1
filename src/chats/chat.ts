import type { Role } from './message.ts'

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

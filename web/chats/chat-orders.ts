import type { Chat } from '../client/types.ts'

export const CHAT_ORDERS = ['changed', 'newest', 'oldest', 'name'] as const
export type ChatOrder = (typeof CHAT_ORDERS)[number]

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

const COMPARE: Record<ChatOrder, (one: Chat, other: Chat) => number> = {
  changed: (one, other) => other.updated_at.localeCompare(one.updated_at) || other.id - one.id,
  newest: (one, other) => other.created_at.localeCompare(one.created_at) || other.id - one.id,
  oldest: (one, other) => one.created_at.localeCompare(other.created_at) || one.id - other.id,
  name: (one, other) => names.compare(one.name, other.name) || one.id - other.id,
}

/** The chats whose name or model has every word of the query in it. */
export function chatsInOrder(chats: readonly Chat[], query: string, order: ChatOrder): Chat[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return chats
    .filter((chat) => {
      const text = fold(`${chat.name} ${chat.model}`)
      return words.every((word) => text.includes(word))
    })
    .toSorted(COMPARE[order])
}

/** Without accents and in lower case: people search as they type. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

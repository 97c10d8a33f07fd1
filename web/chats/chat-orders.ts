export const CHAT_ORDERS = ['changed', 'newest', 'oldest', 'name'] as const
export type ChatOrder = (typeof CHAT_ORDERS)[number]

export const chatOrderNames: Record<ChatOrder, string> = {
  changed: 'Last changed',
  newest: 'Newest first',
  oldest: 'Oldest first',
  name: 'By name',
}

/** As the API takes them. */
export const orderByOf: Record<ChatOrder, string> = {
  changed: 'updated_at:desc',
  newest: 'created_at:desc',
  oldest: 'created_at:asc',
  name: 'name:asc',
}

/** Which chats are looked for; kept in the address, so that coming back from a chat finds the same list. */
export interface ChatSearch {
  readonly q?: string
  readonly sort?: ChatOrder
  readonly shared?: 'yes' | 'no'
  readonly source?: string
  /** changed within so many days */
  readonly days?: number
}

export const DAYS = [7, 30, 365]

export function readChatSearch(search: Record<string, unknown>): ChatSearch {
  const { q, sort: order, shared, source, days } = search
  const sort = CHAT_ORDERS.find((known) => known === order)
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(sort && sort !== 'changed' ? { sort } : {}),
    ...(shared === 'yes' || shared === 'no' ? { shared } : {}),
    ...(typeof source === 'string' && /^[a-z\d-]{1,40}$/.test(source) ? { source } : {}),
    ...(typeof days === 'number' && DAYS.includes(days) ? { days } : {}),
  }
}

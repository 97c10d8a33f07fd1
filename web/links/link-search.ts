import type { Share } from '../../src/client/types.ts'

export const linkOrderNames = {
  'updated_at:desc': 'Last changed',
  'last_viewed_at:desc': 'Last viewed',
  'view_count:desc': 'Most viewed',
  'created_at:desc': 'Newest first',
  'name:asc': 'By name',
} as const
export type LinkOrder = keyof typeof linkOrderNames
export const LINK_ORDERS = Object.keys(linkOrderNames) as LinkOrder[]

export const LINK_STATES = ['active', 'paused', 'expired', 'used-up'] as const satisfies Share['state'][]

/** Which links are looked for; kept in the address. */
export interface LinkSearch {
  readonly q?: string
  readonly sort?: LinkOrder
  readonly state?: Share['state']
}

export function readLinkSearch({ q, sort, state }: Record<string, unknown>): LinkSearch {
  const order = LINK_ORDERS.find((known) => known === sort)
  const wanted = LINK_STATES.find((known) => known === state)
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(order && order !== 'updated_at:desc' ? { sort: order } : {}),
    ...(wanted ? { state: wanted } : {}),
  }
}

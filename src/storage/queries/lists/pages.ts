import { type RawBuilder, type SqlBool, sql } from 'kysely'

/** What a list is ordered by; the last column tells its rows apart. */
export interface OrderTerm {
  readonly by: RawBuilder<string | number>
  readonly direction: 'asc' | 'desc'
}

/** Which part of a list: so many rows after the one that has these values. */
export interface Page {
  readonly limit: number
  /** of the order's columns; undefined for the first page */
  readonly after: readonly (string | number)[] | undefined
}

/** Whether a row comes after the one that has these values: a page begins where it ended, whatever changed before. */
export function comesAfter(
  order: readonly OrderTerm[],
  values: readonly (string | number)[],
): RawBuilder<SqlBool> {
  const alternatives = order.map(({ by, direction }, index) => {
    const same = order.slice(0, index).map((term, at) => sql`${term.by} = ${values[at]}`)
    const beyond = sql`${by} ${sql.raw(direction === 'asc' ? '>' : '<')} ${values[index]}`
    return sql`(${sql.join([...same, beyond], sql` and `)})`
  })
  return sql<SqlBool>`(${sql.join(alternatives, sql` or `)})`
}

/** The values that the next page begins after; undefined where there is none. */
export type PageEnd = readonly (string | number)[] | undefined

/** The order's values, for {@link cutPage} to find. */
export function orderColumns(order: readonly OrderTerm[]) {
  return order.map(({ by }, index) => by.as(`order_${index}`))
}

/** Takes a page of rows, one of which more was asked for, and tells where it ends. */
export function cutPage<T extends object>(
  found: readonly T[],
  limit: number,
  terms: number,
): { rows: readonly T[]; last: PageEnd } {
  const rows = found.slice(0, limit)
  const end = found.length > limit ? (rows.at(-1) as Record<string, string | number> | undefined) : undefined
  return { rows, last: end && Array.from({ length: terms }, (_, index) => end[`order_${index}`] ?? '') }
}

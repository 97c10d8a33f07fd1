import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Soon } from '../../soon.ts'
import type { Tables } from '../tables.ts'

/** Runs one query by itself. */
export type AskDirectly = <R>(query: CompiledQuery) => Soon<QueryResult<R>>

const ways = new WeakMap<object, AskDirectly>()

/**
 * Offers a way to run queries of hot paths without Kysely's borrowing of a connection and giving it back, which costs
 * as much as a point query.
 */
export function offerDirectQueries(db: object, ask: AskDirectly): void {
  ways.set(db, ask)
}

/** A transaction offers none: its queries belong on its own connection. */
export function directQueriesOf(db: Kysely<Tables>): AskDirectly | undefined {
  return ways.get(db)
}

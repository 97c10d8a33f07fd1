import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Soon } from '../../soon.ts'
import type { Tables } from '../tables.ts'

/** Runs one query by itself. */
export type AskDirectly = <R>(query: CompiledQuery) => Soon<QueryResult<R>>

/** A way to run queries without Kysely's borrowing of a connection, which costs as much as a point query. */
export interface DirectQueries {
  readonly ask: AskDirectly
  /** whether a query is a message to a server, so that many point queries are better asked in one */
  readonly areMessages: boolean
}

const ways = new WeakMap<object, DirectQueries>()

export function offerDirectQueries(db: object, queries: DirectQueries): void {
  ways.set(db, queries)
}

/** A transaction offers none: its queries belong on its own connection. */
export function directQueriesOf(db: Kysely<Tables>): DirectQueries | undefined {
  return ways.get(db)
}

import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Kysely } from 'kysely'
import {
  type AnyHotQuery,
  compileHotQuery,
  type HotArguments,
  type HotQueries,
  onceForEachSet,
} from '../hot-query.ts'
import type { Tables } from '../tables.ts'
import { whenFree } from './sqlite-driver.ts'

/**
 * Asks hot queries of a SQLite connection, each prepared once.
 *
 * @param db compiles the queries
 * @param inUse the open connection
 */
export function sqliteHotQueries(db: Kysely<Tables>, inUse: () => DatabaseSync): HotQueries {
  const preparedOf = onceForEachSet((query, names) => {
    const { text, fill } = compileHotQuery(db, query, names)
    return { statement: inUse().prepare(text), fill }
  })
  return {
    ask: <Row>(query: AnyHotQuery, args: HotArguments) =>
      whenFree(() => {
        // Another file may stand in its place by now.
        inUse()
        const { statement, fill } = preparedOf(query, args)
        // The tables admit numbers, strings, bytes and null alone.
        return statement.all(...(fill(args) as SQLInputValue[])) as Row[]
      }),
  }
}

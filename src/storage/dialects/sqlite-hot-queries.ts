import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import {
  type AnyHotQuery,
  compileHotQuery,
  type HotArguments,
  type HotQueries,
  onceForEachSet,
} from '../hot-query.ts'
import type { Tables } from '../tables.ts'
import { atOnceOrWhenFree } from './sqlite-driver.ts'

/**
 * Asks hot queries of a SQLite connection, each prepared once.
 *
 * @param db compiles the queries
 * @param inUse the open connection
 */
export function sqliteHotQueries(db: Kysely<Tables>, inUse: () => DatabaseSync): HotQueries {
  const preparedOf = onceForEachSet((query, names) => {
    const { text, fill } = compileHotQuery(db, query, names)
    const statement = inUse().prepare(text)
    statement.setReturnArrays(true)
    return { statement, fill, toRow: rowMaker(statement) }
  })
  return {
    ask<Row>(query: AnyHotQuery, args: HotArguments) {
      const attempt = (): Row[] => {
        // Another file may stand in its place by now.
        inUse()
        const { statement, fill, toRow } = preparedOf(query, args)
        // The tables admit numbers, strings, bytes and null alone.
        return statement.all(...(fill(args) as SQLInputValue[])).map(toRow) as Row[]
      }
      return atOnceOrWhenFree(attempt)
    },
  }
}

/**
 * Makes rows of arrays of values. Each object that SQLite's driver makes has a shape of its own, which makes the
 * reading of its columns slow. These have one, and look up a column when it is read.
 */
function rowMaker(statement: StatementSync): (values: unknown) => object {
  class Row {
    readonly values: unknown[]
    constructor(values: unknown[]) {
      this.values = values
    }
  }
  for (const [index, { name }] of statement.columns().entries()) {
    Object.defineProperty(Row.prototype, name, {
      get(this: Row) {
        return this.values[index]
      },
    })
  }
  return (values) => {
    if (!Array.isArray(values)) throw new TypeError('A row that is no array')
    return new Row(values)
  }
}

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import {
  type AnyHotQuery,
  compileHotQuery,
  type HotArguments,
  type HotQueries,
  onceForEachSet,
} from '../hot-query.ts'
import { type AnswerOne, gatheredQuestions } from '../gathered-questions.ts'
import type { Tables } from '../tables.ts'
import { atOnceOrWhenFree } from './sqlite-driver.ts'

/** They are asked one after the other, and are there at once. */
const LIMITS = { together: Infinity, underWay: Infinity }

/**
 * Asks hot queries of a SQLite connection, each prepared once.
 *
 * @param db compiles the queries
 * @param inUse the open connection
 * @param options.gathers false asks each by itself
 */
export function sqliteHotQueries(
  db: Kysely<Tables>,
  inUse: () => DatabaseSync,
  options: { readonly gathers: boolean },
): HotQueries {
  const answerOf = onceForEachSet((query, names) => {
    const { text, fill } = compileHotQuery(db, query, names)
    let prepared: Prepared | undefined
    const askOne: AnswerOne = async (args) =>
      atOnceOrWhenFree(() => {
        // Each time: another file may stand in its place by now.
        const database = inUse()
        prepared ??= prepare(database, text)
        // The tables admit numbers, strings, bytes and null alone.
        return prepared.statement.all(...(fill(args) as SQLInputValue[])).map(prepared.toRow)
      })
    if (!options.gathers) return askOne
    return gatheredQuestions(names, LIMITS, (asked) => Promise.all(asked.map(askOne)))
  })
  return {
    ask: <Row>(query: AnyHotQuery, args: HotArguments) =>
      answerOf(query, args)(args) as Promise<readonly unknown[]> as Promise<readonly Row[]>,
  }
}

interface Prepared {
  readonly statement: StatementSync
  readonly toRow: (values: unknown) => object
}

function prepare(database: DatabaseSync, text: string): Prepared {
  const statement = database.prepare(text)
  statement.setReturnArrays(true)
  return { statement, toRow: rowMaker(statement) }
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

import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type AnswerOne, gatheredQuestions, type Rows } from '../gathered-questions.ts'
import {
  type AnyHotQuery,
  buildHotQuery,
  compileHotQuery,
  type HotArguments,
  type HotQueries,
  onceForEachSet,
} from '../hot-query.ts'
import type { Tables } from '../tables.ts'

// PostgreSQL plans a named statement anew each time for as long as that makes it cheaper, and it takes an array that
// it doesn't know for one of ten. Arrays of a fixed length above that, filled up with nulls, are planned once.
const TOGETHER = 16
// More would be answered no sooner, and the fewer there are, the more share one.
const UNDER_WAY = 2
// A connection may be dead without anyone knowing, for as long as a statement may take; the pool has others.
const STALLED_AFTER_MS = 100

const LIMITS = { together: TOGETHER, underWay: UNDER_WAY, stalledAfterMs: STALLED_AFTER_MS }

/** Sends one statement to the server. */
export type Send = (text: string, parameters: readonly unknown[]) => Promise<{ readonly rows: unknown[] }>

/**
 * Asks hot queries of PostgreSQL.
 *
 * Most of what a point query costs is its way there and back, so those who ask at the same time share one: what is
 * asked in one turn of the event loop, and while earlier queries are under way, becomes one query over arrays. Each
 * question is sent after it came, so nobody gets an answer that is older than the question. See
 * docs/decisions/0010-gathered-queries.md.
 *
 * @param options.gathers false sends each by itself
 */
export function postgresHotQueries(
  db: Kysely<Tables>,
  send: Send,
  options: { readonly gathers: boolean },
): HotQueries {
  const answerOf = onceForEachSet((query, names) => {
    const { text, fill } = compileHotQuery(db, query, names)
    const askOne: AnswerOne = async (args) => (await send(text, fill(args))).rows
    if (!options.gathers) return askOne
    const askAll = askTogether(db, send, query, names)
    return gatheredQuestions(names, LIMITS, async (asked) => {
      const [only, ...others] = asked
      return only && others.length === 0 ? [await askOne(only)] : askAll(asked)
    })
  })
  return {
    ask: <Row>(query: AnyHotQuery, args: HotArguments) =>
      answerOf(query, args)(args) as Promise<readonly unknown[]> as Promise<readonly Row[]>,
  }
}

/** Asks one query for many at once, compiled when it is first needed. */
function askTogether(db: Kysely<Tables>, send: Send, query: AnyHotQuery, names: readonly string[]) {
  let text: string | undefined
  return async (asked: readonly HotArguments[]): Promise<readonly Rows[]> => {
    const arrays = names.map((name) =>
      Array.from({ length: TOGETHER }, (_, index) => asked[index]?.[name] ?? null),
    )
    text ??= forEach(db, query, names).compile(db).sql
    const { rows } = await send(text, arrays)
    const answers = asked.map((): unknown[] => [])
    for (const row of rows as { readonly nth: number }[]) answers[row.nth - 1]?.push(row)
    return answers
  }
}

/** The query for each of many arguments; `nth` tells whose a row is, counted from 1. */
function forEach(db: Kysely<Tables>, query: AnyHotQuery, names: readonly string[]): RawBuilder<unknown> {
  const columns = names.map((name) => sql`${[]}::${sql.raw((query.types[name] ?? '').replace('?', ''))}[]`)
  const columnNames = [...names, 'nth'].map((name) => sql.ref(name))
  // A reference stands where the query itself has a value.
  const one = buildHotQuery(db, query, names, (name) => sql.ref(`asked.${name}`))
  // `offset 0` keeps the query's own plan, by its indexes, however many are thought to ask.
  return sql`
    select found.*, asked.nth::integer as nth
    from unnest(${sql.join(columns)}) with ordinality as asked(${sql.join(columnNames)})
    cross join lateral (select * from ${one} as one offset 0) as found`
}

import { type Compilable, type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Soon } from '../soon.ts'
import { directQueriesOf } from './dialects/direct-queries.ts'
import { createGatherer } from '../concurrency/gatherer.ts'
import { prepared } from './prepared.ts'
import type { Tables } from './tables.ts'

// PostgreSQL plans a named statement anew each time for as long as that makes it cheaper, and it takes an array that
// it doesn't know for one of ten. Arrays of a fixed length above that, filled up with nulls, are planned once.
const TOGETHER = 16
// More would be answered no sooner, and the fewer there are, the more share one.
const UNDER_WAY = 2
// A connection may be dead without anyone knowing, for as long as a statement may take; the pool has others.
const STALLED_AFTER_MS = 100

type Query<Row> = Compilable<Row> & Expression<unknown>
type Types<Args> = Readonly<Record<keyof Args & string, 'text' | 'integer'>>

/**
 * A {@link prepared} query of which many are asked at a time. Where queries are messages to a server, those who ask
 * together send one, and those who ask the same are one: most of what a point query costs is its way there and back.
 * See docs/decisions/0010-gathered-queries.md.
 *
 * @param types of the arguments; the database must take any value of theirs, as one that it refuses fails for all
 *   who ask together
 * @param build uses each argument as a value of the query alone
 */
export function gathered<Args extends Record<string, string | number | null>, Row>(
  types: Types<Args>,
  build: (db: Kysely<Tables>, args: Args) => Query<Row>,
): (db: Kysely<Tables>, args: Args) => Soon<readonly Row[]> {
  const names: readonly (keyof Args & string)[] = Object.keys(types)
  const askOne = prepared(names, build)
  const askAll = prepared(names, (db, arrays: Record<string, readonly unknown[]>) =>
    forEach(db, arrays, types, build),
  )
  const gatherers = new WeakMap<Kysely<Tables>, (args: Args) => Promise<readonly Row[]>>()

  function gathererOf(db: Kysely<Tables>): (args: Args) => Promise<readonly Row[]> {
    // What waits to be sent. From then on the same is asked anew: the answer may already be older than the question.
    const waiting = new Map<string, Promise<readonly Row[]>>()
    const keyOf = (args: Args): string => JSON.stringify(names.map((name) => args[name]))
    const gather = createGatherer<Args, readonly Row[]>(
      { together: TOGETHER, underWay: UNDER_WAY, stalledAfterMs: STALLED_AFTER_MS },
      async (asked) => {
        for (const args of asked) waiting.delete(keyOf(args))
        return askTogether(db, asked)
      },
    )
    return (args) => {
      const key = keyOf(args)
      const same = waiting.get(key)
      if (same) return same
      const answer = gather(args)
      waiting.set(key, answer)
      return answer
    }
  }

  async function askTogether(
    db: Kysely<Tables>,
    asked: readonly Args[],
  ): Promise<readonly (readonly Row[])[]> {
    const [first] = asked
    if (first && asked.length === 1) return [await askOne(db, first)]
    const arrays: Record<string, readonly unknown[]> = {}
    for (const name of names) {
      arrays[name] = Array.from({ length: TOGETHER }, (_, index) => asked[index]?.[name] ?? null)
    }
    const answers = asked.map((): Row[] => [])
    for (const row of await askAll(db, arrays)) answers[row.nth - 1]?.push(row)
    return answers
  }

  return (db, args) => {
    if (directQueriesOf(db)?.areMessages !== true) return askOne(db, args)
    let gather = gatherers.get(db)
    if (!gather) {
      gather = gathererOf(db)
      gatherers.set(db, gather)
    }
    return gather(args)
  }
}

/** The query for each of many arguments, in PostgreSQL's words; `nth` tells whose a row is, counted from 1. */
function forEach<Args extends object, Row>(
  db: Kysely<Tables>,
  arrays: Readonly<Record<string, readonly unknown[]>>,
  types: Types<Args>,
  build: (db: Kysely<Tables>, args: Args) => Query<Row>,
): Compilable<Row & { readonly nth: number }> {
  const arguments_ = Object.entries<string>(types)
  const columns = arguments_.map(([name, type]) => sql`${arrays[name]}::${sql.raw(type)}[]`)
  const names = [...arguments_.map(([name]) => name), 'nth'].map((name) => sql.ref(name))
  // A reference stands where the query itself has a value.
  const references = Object.fromEntries(
    arguments_.map(([name]) => [name, sql.ref(`asked.${name}`)]),
  ) as unknown as Args
  // `offset 0` keeps the query's own plan, by its indexes, however many are thought to ask.
  const query: RawBuilder<Row & { readonly nth: number }> = sql`
    select found.*, asked.nth::integer as nth
    from unnest(${sql.join(columns)}) with ordinality as asked(${sql.join(names)})
    cross join lateral (select * from ${build(db, references)} as one offset 0) as found`
  return { compile: () => query.compile(db) }
}

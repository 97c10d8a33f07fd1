import { type Compilable, type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** An argument's type as PostgreSQL calls it; with a question mark it may be missing. */
export type ArgumentType = 'text' | 'integer' | 'text?' | 'integer?'

type ValueOf<T extends ArgumentType> = T extends 'integer' | 'integer?' ? number : string

/** What a query is asked with; an argument that is missing is undefined. */
export type HotArguments = Readonly<Record<string, string | number | undefined>>

export type ArgumentsOf<Types extends Record<string, ArgumentType>> = {
  readonly [Name in keyof Types]:
    | ValueOf<Types[Name]>
    | (Types[Name] extends 'text?' | 'integer?' ? undefined : never)
}

type Query<Row> = Compilable<Row> & Expression<unknown>

/**
 * A query that is asked with nearly every request: declared once, and compiled once for each set of arguments that
 * it is asked with. Building a query anew costs several times what running it does.
 */
export interface HotQuery<Args extends HotArguments, Row> {
  readonly types: Readonly<Record<keyof Args & string, ArgumentType>>
  /**
   * @param args parts of the query that stand for the arguments' values
   * @param has which of them aren't missing
   */
  build(
    db: Kysely<Tables>,
    args: { readonly [Name in keyof Args]: RawBuilder<NonNullable<Args[Name]>> },
    has: { readonly [Name in keyof Args]: boolean },
  ): Query<Row>
}

export function hotQuery<const Types extends Record<string, ArgumentType>, Row>(
  types: Types,
  build: HotQuery<ArgumentsOf<Types>, Row>['build'],
): HotQuery<ArgumentsOf<Types>, Row> {
  return { types, build }
}

/** How a database answers hot queries: see its file in dialects/. */
export interface HotQueries {
  /** Each column of a row is to be read by its name: copying a row as a whole copies none of them. */
  ask<Args extends HotArguments, Row>(query: HotQuery<Args, Row>, args: Args): Promise<readonly Row[]>
}

export type AnyHotQuery = HotQuery<HotArguments, unknown>

/** A hot query or a repeated statement, whatever it is about. */
export interface AnyStatement<Built> {
  readonly types: Readonly<Record<string, ArgumentType>>
  build(
    db: Kysely<Tables>,
    args: Readonly<Record<string, RawBuilder<string | number>>>,
    has: Readonly<Record<string, boolean>>,
  ): Built
}

/** Stands for an argument's value while a query is compiled. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * Compiles a query.
 *
 * @param names of the arguments that aren't missing
 * @returns its text, and what fills in the values that it is asked with
 */
export function compileHotQuery(
  db: Kysely<Tables>,
  query: AnyStatement<Compilable>,
  names: readonly string[],
): { readonly text: string; readonly fill: (args: HotArguments) => unknown[] } {
  const compiled = buildHotQuery(db, query, names, (name) => sql`${new Placeholder(name)}`).compile()
  const { sql: text, parameters } = compiled
  const slots = parameters.map((value) => ({
    name: value instanceof Placeholder ? value.name : undefined,
    value,
  }))
  return {
    text,
    fill: (args) => slots.map(({ name, value }) => (name === undefined ? value : args[name])),
  }
}

/** Builds a query. @param part stands for the value of an argument that isn't missing */
export function buildHotQuery<Built>(
  db: Kysely<Tables>,
  query: AnyStatement<Built>,
  names: readonly string[],
  part: (name: string) => RawBuilder<unknown>,
): Built {
  const all = Object.keys(query.types)
  const args = all.map((name) => [name, names.includes(name) ? part(name) : sql`null`] as const)
  const has = all.map((name) => [name, names.includes(name)] as const)
  return query.build(
    db,
    Object.fromEntries(args) as Record<string, RawBuilder<string | number>>,
    Object.fromEntries(has),
  )
}

/** Asks hot queries as any other query is asked, within a transaction. */
export function hotQueriesWithin(trx: Kysely<Tables>): HotQueries {
  return {
    async ask<Row>(query: AnyHotQuery, args: HotArguments) {
      const names = Object.keys(query.types).filter((name) => args[name] !== undefined)
      const built = buildHotQuery(trx, query, names, (name) => sql`${args[name]}`)
      const { rows } = await trx.executeQuery(built.compile())
      return rows as Row[]
    },
  }
}

/** Makes something of a query once for each set of arguments that it is asked with. */
export function onceForEachSet<T, Query extends Pick<AnyHotQuery, 'types'> = AnyHotQuery>(
  make: (query: Query, names: readonly string[]) => T,
): (query: Query, args: HotArguments) => T {
  const made = new Map<Query, Map<number, T>>()
  return (query, args) => {
    let ofQuery = made.get(query)
    if (!ofQuery) made.set(query, (ofQuery = new Map()))
    // A bit for each argument that is there.
    let set = 1
    for (const name in query.types) set = 2 * set + (args[name] === undefined ? 0 : 1)
    const known = ofQuery.get(set)
    if (known !== undefined) return known
    const one = make(
      query,
      Object.keys(query.types).filter((name) => args[name] !== undefined),
    )
    ofQuery.set(set, one)
    return one
  }
}

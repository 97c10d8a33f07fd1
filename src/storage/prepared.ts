import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import { type Soon, whenThere } from '../soon.ts'
import { directQueriesOf } from './dialects/direct-queries.ts'
import type { Tables } from './tables.ts'

/** Stands for an argument while a query is compiled. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

type Arguments = Record<string, string | number | null | readonly unknown[]>

/**
 * A query of a hot path: built and compiled once for each connection, run with new arguments each time. Building
 * it anew costs several times what running it does.
 *
 * @param names of the arguments
 * @param build uses each argument as a value of the query alone: it sees a placeholder
 */
export function prepared<Args extends Arguments, Row>(
  names: readonly (keyof Args & string)[],
  build: (db: Kysely<Tables>, args: Args) => Compilable<Row>,
): (db: Kysely<Tables>, args: Args) => Soon<readonly Row[]> {
  const compiled = new WeakMap<Kysely<Tables>, CompiledQuery<Row>>()
  // Kysely hands a value on as it is, so a placeholder can pass for one until the query runs.
  const placeholders = Object.fromEntries(
    names.map((name) => [name, new Placeholder(name)]),
  ) as unknown as Args

  return (db, args) => {
    let query = compiled.get(db)
    if (!query) {
      query = build(db, placeholders).compile()
      compiled.set(db, query)
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Placeholder ? args[value.name] : value,
    )
    const { sql, queryId, query: node } = query
    const filled: CompiledQuery<Row> = { sql, parameters, queryId, query: node }
    const direct = directQueriesOf(db)
    const result = direct ? direct.ask<Row>(filled) : db.executeQuery<Row>(filled)
    return whenThere(result, ({ rows }) => rows)
  }
}

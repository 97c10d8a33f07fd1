/**
 * Preloaded into a service of its own (`node --import`), from which the limit learns what to ask: appends each query
 * that runs to the file that BENCH_QUERIES names, as a line of JSON. The service that is measured runs without it.
 */
import { appendFileSync } from 'node:fs'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { Client } from 'pg'

export interface RecordedQuery {
  /** of SQLite the pragmas that its connection was given, as these say what a commit promises */
  readonly connection: string
  readonly sql: string
  /** bytes are told by their length alone, and large integers in digits */
  readonly parameters: readonly (string | number | null | { readonly bytes: number })[]
}

const file = process.env['BENCH_QUERIES'] ?? ''
const pragmas = new WeakMap<DatabaseSync, string>()
const databaseOf = new WeakMap<StatementSync, DatabaseSync>()

function tell(connection: string, sql: unknown, parameters: unknown): void {
  const told = Array.isArray(parameters) ? parameters.map(toldAs) : []
  appendFileSync(file, `${JSON.stringify({ connection, sql, parameters: told })}\n`)
}

function toldAs(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: value.length }
  return typeof value === 'bigint' ? String(value) : value
}

/** Has a method tell what it did. */
function after<T extends object>(
  prototype: T,
  method: keyof T & string,
  told: (self: T, args: readonly unknown[], result: unknown) => void,
): void {
  const original: unknown = Reflect.get(prototype, method)
  if (typeof original !== 'function') throw new TypeError(`There is no ${method} to listen to.`)
  Reflect.set(prototype, method, function (this: T, ...args: unknown[]): unknown {
    const result: unknown = Reflect.apply(original, this, args)
    told(this, args, result)
    return result
  })
}

after(DatabaseSync.prototype, 'prepare', (database, _sql, statement) => {
  if (statement instanceof StatementSync) databaseOf.set(statement, database)
})

after(DatabaseSync.prototype, 'exec', (database, [sql]) => {
  const known = pragmas.get(database) ?? ''
  if (/^\s*pragma/i.test(String(sql))) pragmas.set(database, `${known}${String(sql)};`)
  else tell(known, sql, [])
})

for (const method of ['all', 'get', 'run', 'iterate'] as const) {
  after(StatementSync.prototype, method, (statement, parameters) => {
    const database = databaseOf.get(statement)
    tell((database && pragmas.get(database)) ?? '', statement.sourceSQL, parameters)
  })
}

after(Client.prototype, 'query', (_client, [query, values]) => {
  if (typeof query === 'string') return tell('', query, values)
  // A query is an object with these, whatever else it is.
  const { text, values: own } = query as { readonly text?: unknown; readonly values?: unknown }
  tell('', text, own ?? values)
})

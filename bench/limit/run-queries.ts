import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Pool, type PoolClient } from 'pg'
import type { LimitQuery, Parameter } from './limit-server.ts'

export type Value = string | number | null
export type Query = Pick<LimitQuery, 'connection' | 'sql'>
export type Row = Readonly<Record<string, unknown>>

/** Runs queries one after the other; a promise where their answers are waited for. */
export type RunQueries = () => Promise<void> | undefined

/** Runs one query with values of its own. */
export type RunOne = (values: readonly Value[]) => readonly Row[] | Promise<readonly Row[]>

export interface Queries {
  readonly prepare: (queries: readonly LimitQuery[]) => RunQueries
  readonly prepareOne: (query: Query) => RunOne
}

// As the service has it by default.
const POOL_SIZE = 10

const BUSY_MS = 5000

export function openQueries(databaseUrl: string): Queries {
  return databaseUrl.startsWith('file:')
    ? onSqlite(databaseUrl.slice('file:'.length))
    : onPostgres(databaseUrl)
}

function onSqlite(path: string): Queries {
  const databases = new Map<string, DatabaseSync>()
  const statements = new Map<string, StatementSync>()

  function statementOf({ connection, sql }: Query): StatementSync {
    let database = databases.get(connection)
    if (!database) {
      // The service writes the views of its turn when it may be the limit's, and is starting when this opens.
      database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY_MS })
      database.exec(`${connection} pragma busy_timeout = ${BUSY_MS}`)
      databases.set(connection, database)
    }
    const key = `${connection} ${sql}`
    const statement = statements.get(key) ?? database.prepare(sql)
    statements.set(key, statement)
    return statement
  }

  return {
    prepare(queries) {
      const steps = queries.map((query) => ({ statement: statementOf(query), values: valuesOf(query) }))
      return () => {
        for (const { statement, values } of steps) statement.all(...values())
        return undefined
      }
    },
    prepareOne(query) {
      const statement = statementOf(query)
      return (values) => statement.all(...values)
    },
  }
}

/** With named statements, as the service has them. */
function onPostgres(url: string): Queries {
  const pool = new Pool({ connectionString: url, max: POOL_SIZE })
  const names = new Map<string, string>()

  function nameOf(sql: string): string {
    const name = names.get(sql) ?? `limit_${names.size}`
    names.set(sql, name)
    return name
  }

  return {
    prepare(queries) {
      const steps = queries.map((query) => ({
        text: query.sql,
        name: nameOf(query.sql),
        values: valuesOf(query),
      }))
      return async () => {
        let client: PoolClient | undefined
        for (const { text, name, values } of steps) {
          if (/^(?:begin|start transaction)/i.test(text)) client = await pool.connect()
          const query = /^(?:begin|start transaction|commit)/i.test(text)
            ? { text }
            : { text, name, values: values() }
          await (client ?? pool).query(query)
          if (!/^commit/i.test(text)) continue
          client?.release()
          client = undefined
        }
      }
    },
    prepareOne({ sql }) {
      const name = nameOf(sql)
      return async (values) => (await pool.query<Row>({ text: sql, name, values: [...values] })).rows
    },
  }
}

/** Values for each time that a query runs. */
function valuesOf({ parameters }: LimitQuery): () => Value[] {
  let times = 0
  const valueOf = (parameter: Parameter): Value =>
    typeof parameter === 'object' && parameter !== null ? parameter.after + times : parameter
  const constant = parameters.map(valueOf)
  if (constant.every((value, index) => value === parameters[index])) return () => constant
  return () => {
    times += 1
    return parameters.map(valueOf)
  }
}

/**
 * The limit: what a server on `node:http` costs that does nothing but the queries, and sends finished bytes. No
 * routes, no checks, no log, no counting.
 */
import { createServer, type ServerResponse } from 'node:http'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Pool } from 'pg'

export interface LimitQuery {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  /** `read` as the service reads; `durable` writes survive a power cut; `fast` ones don't */
  readonly on: 'read' | 'durable' | 'fast'
}

export interface LimitAnswer {
  /** of requests without their body, as GET has it; others are read to their end first */
  readonly url: string
  readonly queries: readonly LimitQuery[]
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface LimitSetup {
  /** as the service has it */
  readonly databaseUrl: string
  readonly keepAliveMs: number
}

/** Runs one query; SQLite has its answer at once. */
type Query = (parameters: LimitQuery['parameters']) => unknown

function start({ databaseUrl, keepAliveMs }: LimitSetup): void {
  const prepare = databaseUrl.startsWith('file:') ? onSqlite(databaseUrl) : onPostgres(databaseUrl)
  const answers = new Map<string, { answer: LimitAnswer; steps: [Query, LimitQuery['parameters']][] }>()

  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    if (request.method === 'GET') return send(request.url, response)
    request.resume().once('end', () => send(request.url, response))
  })

  function send(url: string | undefined, response: ServerResponse): void {
    const found = answers.get(url ?? '')
    if (!found) return void response.writeHead(404).end()
    take(found.steps, 0, () => {
      response.writeHead(found.answer.status, found.answer.headers)
      response.end(found.answer.body)
    })
  }

  process.on('message', (added: readonly LimitAnswer[]) => {
    for (const answer of added) {
      const steps = answer.queries.map((query): [Query, LimitQuery['parameters']] => [
        prepare(query),
        query.parameters,
      ])
      answers.set(answer.url, { answer, steps })
    }
    process.send?.({ added: added.length })
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }))
}

/** One step after the other, waiting for none whose answer is there. */
function take(steps: readonly [Query, LimitQuery['parameters']][], from: number, done: () => void): void {
  for (let index = from; index < steps.length; index++) {
    const [query, parameters] = steps[index] ?? []
    const answer = query?.(parameters ?? [])
    if (answer instanceof Promise) {
      answer.then(
        () => take(steps, index + 1, done),
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
      return
    }
  }
  done()
}

const SYNCHRONOUS = { read: 'normal', durable: 'full', fast: 'off' } as const

function onSqlite(databaseUrl: string): (query: LimitQuery) => Query {
  const statements = new Map<string, StatementSync>()
  const databases = new Map<string, DatabaseSync>()
  return ({ sql, on }) => {
    let database = databases.get(on)
    if (!database) {
      database = new DatabaseSync(databaseUrl.slice('file:'.length), {
        timeout: 5000,
        enableForeignKeyConstraints: true,
      })
      database.exec(
        `pragma journal_mode = wal; pragma synchronous = ${SYNCHRONOUS[on]}; pragma cache_size = -${on === 'read' ? 32_000 : 8000}`,
      )
      databases.set(on, database)
    }
    const key = `${on} ${sql}`
    const statement = statements.get(key) ?? database.prepare(sql)
    statements.set(key, statement)
    return (parameters) => statement.all(...parameters)
  }
}

/** With named statements, over as many connections as the service has. */
function onPostgres(databaseUrl: string): (query: LimitQuery) => Query {
  const settings = { connectionString: databaseUrl, max: 10 }
  const pool = new Pool(settings)
  const fast = new Pool({ ...settings, options: '-c synchronous_commit=off' })
  const names = new Map<string, string>()
  return ({ sql, on }) => {
    let parameter = 0
    const text = sql.replaceAll('?', () => `$${++parameter}`)
    const name = names.get(text) ?? `limit_${names.size}`
    names.set(text, name)
    return (values) => (on === 'fast' ? fast : pool).query({ name, text, values: [...values] })
  }
}

process.once('message', (setup: LimitSetup) => start(setup))

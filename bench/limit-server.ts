/**
 * The limit: what a server on `node:http` costs that does nothing but the queries, and sends finished bytes. No
 * routes, no checks, no log, no counting.
 */
import { createServer, type ServerResponse } from 'node:http'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

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
  readonly path: string
  readonly keepAliveMs: number
}

const SYNCHRONOUS = { read: 'normal', durable: 'full', fast: 'off' } as const

function start({ path, keepAliveMs }: LimitSetup): void {
  const answers = new Map<
    string,
    { answer: LimitAnswer; steps: [StatementSync, LimitQuery['parameters']][] }
  >()
  const statements = new Map<string, StatementSync>()
  const databases = new Map<string, DatabaseSync>()

  function prepare({ sql, on }: LimitQuery): StatementSync {
    let database = databases.get(on)
    if (!database) {
      database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
      database.exec(
        `pragma journal_mode = wal; pragma synchronous = ${SYNCHRONOUS[on]}; pragma cache_size = -8000`,
      )
      databases.set(on, database)
    }
    const key = `${on} ${sql}`
    const statement = statements.get(key) ?? database.prepare(sql)
    statements.set(key, statement)
    return statement
  }

  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    if (request.method === 'GET') return send(request.url, response)
    request.resume().once('end', () => send(request.url, response))
  })

  function send(url: string | undefined, response: ServerResponse): void {
    const found = answers.get(url ?? '')
    if (!found) return void response.writeHead(404).end()
    for (const [statement, parameters] of found.steps) statement.all(...parameters)
    response.writeHead(found.answer.status, found.answer.headers)
    response.end(found.answer.body)
  }

  process.on('message', (added: readonly LimitAnswer[]) => {
    for (const answer of added) {
      const steps = answer.queries.map((query): [StatementSync, LimitQuery['parameters']] => [
        prepare(query),
        query.parameters,
      ])
      answers.set(answer.url, { answer, steps })
    }
    process.send?.({ added: added.length })
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }))
}

process.once('message', (setup: LimitSetup) => start(setup))

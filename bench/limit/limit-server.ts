/**
 * The limit: what a server on `node:http` costs that does nothing but the queries, and sends finished bytes. No
 * routes, no checks, no log, no counting. For shares that were never read before it makes the bytes from the rows.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type MadeAnswer, makerOf } from './make-answers.ts'
import { openQueries, type RunQueries } from './run-queries.ts'

/** What goes with a query: a value, or one that counts up from here. */
export type Parameter = string | number | null | { readonly after: number }

export interface LimitQuery {
  /** see RecordedQuery */
  readonly connection: string
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

export interface LimitAnswer {
  /** of requests without their body, as GET has it; others are read to their end first */
  readonly url: string
  readonly queries: readonly LimitQuery[]
  /** what `If-None-Match` must say, after the queries */
  readonly ifNoneMatch?: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface LimitSetup {
  /** as the service has it */
  readonly databaseUrl: string
  readonly keepAliveMs: number
}

type Answerer = (request: IncomingMessage, response: ServerResponse) => void

function start({ databaseUrl, keepAliveMs }: LimitSetup): void {
  const database = openQueries(databaseUrl)
  const finished = new Map<string, Answerer>()
  const made = new Map<string, Answerer>()

  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    if (request.method === 'GET') return send(request, response)
    request.resume().once('end', () => send(request, response))
  })

  function send(request: IncomingMessage, response: ServerResponse): void {
    const { url = '' } = request
    const answer = finished.get(url) ?? made.get(url.slice(0, url.lastIndexOf('/') + 1))
    if (!answer) return void response.writeHead(404).end()
    answer(request, response)
  }

  async function add(answer: LimitAnswer | MadeAnswer): Promise<void> {
    if ('url' in answer) {
      finished.set(answer.url, finishedAnswerer(answer, database.prepare(answer.queries)))
      return
    }
    const make = await makerOf(answer, database.prepareOne)
    made.set(answer.prefix, ({ url = '' }, response) => {
      const send = (body: Uint8Array): void => {
        response.writeHead(200, { ...answer.headers, 'content-length': body.length })
        response.end(body)
      }
      make(url.slice(answer.prefix.length)).then(send, giveUp)
    })
  }

  process.on('message', (answers: readonly (LimitAnswer | MadeAnswer)[]) => {
    Promise.all(answers.map(add)).then(() => process.send?.({ added: answers.length }), giveUp)
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }))
}

function finishedAnswerer(answer: LimitAnswer, run: RunQueries): Answerer {
  const { ifNoneMatch, status, headers, body } = answer
  return (request, response) => {
    const send = (): void => {
      if (ifNoneMatch !== undefined && request.headers['if-none-match'] !== ifNoneMatch) {
        response.writeHead(412).end()
        return
      }
      response.writeHead(status, headers)
      response.end(body)
    }
    // SQLite has its answers at once, and a promise more is no part of the limit.
    const running = run()
    if (running) running.then(send, giveUp)
    else send()
  }
}

/** A limit that fails would be a fast one. */
function giveUp(error: unknown): void {
  console.error(error)
  process.exit(1)
}

process.once('message', (setup: LimitSetup) => start(setup))

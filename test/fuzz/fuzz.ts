import { appEndpoints } from '../../src/http/app/app-endpoints.ts'
import { endpoints } from '../../src/http/endpoints.ts'
import { wholeDocument } from '../../src/http/output/openapi.ts'
import fc from 'fast-check'
import { createVisitor, signUp, type Answer, type Person, type Visitor } from '../kit/client.ts'
import { isRecord, recordAt } from '../kit/json.ts'
import type { Server } from '../kit/start-server.ts'
import { anyRequest, type FuzzRequest } from './requests.ts'

export type FuzzOptions = {
  readonly requests: number
  /** The same seed generates the same requests. */
  readonly seed: number
  /** Called now and then with how many requests have been answered. */
  readonly onProgress?: (done: number) => void
}

export type FuzzReport = {
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>
  /** Routes that answered with a success at least once, and those that never did. */
  readonly succeeded: ReadonlySet<string>
  readonly neverSucceeded: ReadonlySet<string>
}

const concurrency = 6
/** After so many requests the owner gets new chats and shares, since the old ones may be deleted by then. */
const chunkSize = 60

/** Things there are to be asked about, renewed as requests delete them. */
type World = {
  readonly owner: Person
  readonly stranger: Person
  readonly anonymous: Visitor
  readonly ids: Readonly<Record<string, readonly (number | string)[]>>
}

/**
 * Sends requests made from the server's own declarations, valid and hostile ones, and judges each answer:
 * never a 5xx, every refusal in the error shape, never a stack, SQL or a path.
 *
 * @throws at the first wrong answer, naming the request, the answer and the seed
 */
export async function fuzz(server: Server, options: FuzzOptions): Promise<FuzzReport> {
  // The app is files as they were built.
  const ofApp = new Set(appEndpoints().map(({ path }) => path))
  const document = wholeDocument(endpoints.filter(({ path }) => !ofApp.has(path)))
  const generated = anyRequest(document)
  const statuses = new Map<number, number>()
  const succeeded = new Set<string>()
  let world: World | undefined
  for (let done = 0; done < options.requests; done += chunkSize) {
    world = await renewWorld(server, world)
    const numRuns = Math.min(chunkSize, options.requests - done)
    const queue = fc.sample(generated, { numRuns, seed: options.seed + done })
    const current = world
    const worker = async () => {
      for (let request = queue.pop(); request !== undefined; request = queue.pop()) {
        const answer = await send(current, request)
        const problem = wrongWith(answer, request)
        if (problem !== undefined) throw new Error(describeProblem(problem, request, answer, options.seed))
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        if (answer.status < 400) succeeded.add(`${request.method} ${request.path}`)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    options.onProgress?.(done + numRuns)
  }
  const routes = Object.entries(recordAt(document, 'paths') ?? {}).flatMap(([path, item]) =>
    Object.keys(recordAt(item) ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
  )
  return { statuses, succeeded, neverSucceeded: new Set(routes).difference(succeeded) }
}

/** An owner with a session, two chats and two shares, and what is left of the world before. */
async function renewWorld(server: Server, before: World | undefined): Promise<World> {
  const [owner, stranger] = await Promise.all([
    signedIn(server, before?.owner),
    signedIn(server, before?.stranger),
  ])
  const [open, locked] = [await owner.createChat(), await owner.createChat()]
  const shares = [
    await owner.share(open),
    await owner.share(locked, { password: 'sesame open', emails: ['reader-1@example.org', stranger.email] }),
  ]
  const messages = await owner.addMessages(open, [
    { content: 'one', role: 'user' },
    { content: 'two', role: 'assistant' },
  ])
  const entries = await Promise.all(shares.map((share) => owner.listEntries(share)))
  return {
    owner,
    stranger,
    anonymous: createVisitor(server.url),
    ids: {
      user_id: [owner.id, owner.id, owner.id, stranger.id],
      chat_id: [open.id, locked.id],
      share_id: shares.map(({ id }) => id),
      entry_id: entries.flat().map(({ id }) => id),
      message_id: messages.map(({ id }) => id),
      uuid: shares.map(({ uuid }) => uuid),
    },
  }
}

/** The same person while their session is theirs: they may have signed out, or in as somebody else. */
async function signedIn(server: Server, person: Person | undefined): Promise<Person> {
  const own = await person?.get(person.path())
  return person !== undefined && own?.status === 200 ? person : signUp(server.url)
}

function send(world: World, request: FuzzRequest): Promise<Answer> {
  const filled = request.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.parameters[name]
    if (value === undefined) return name
    if ('text' in value) return value.text
    const real = world.ids[name] ?? []
    return String(real[value.real % Math.max(real.length, 1)] ?? 1)
  })
  const { headers, body } = request
  return world[request.asker].send(request.method, filled + request.query, {
    headers,
    ...(body === undefined ? {} : { body }),
  })
}

const leaks: readonly [what: string, pattern: RegExp][] = [
  ['a stack', /\n\s+at |\bat (async )?\w+ \(|node:internal|\.[jt]s:\d+/],
  ['SQL', /SQLITE|UNIQUE constraint|FOREIGN KEY constraint|no such (table|column)|syntax error|kysely/i],
  ['a path of the server', /node_modules|neptun\.db|\/src\/\w+\//],
]

/** What is wrong with an answer, if anything. */
function wrongWith(answer: Answer, request: FuzzRequest): string | undefined {
  if (answer.status >= 500) return `a ${answer.status}`
  if (answer.status >= 400) {
    const problem = isPage(request) || request.method === 'HEAD' ? undefined : wrongErrorShape(answer)
    if (problem !== undefined) return problem
  }
  if (/^\/(docs|openapi\.json|page-assets)/.test(request.path)) return undefined
  return leaks.find(([, pattern]) => pattern.test(answer.text))?.[0]
}

/** Pages refuse as pages do, in words for people. */
function isPage({ method, path }: FuzzRequest): boolean {
  // What a visitor would see is shown as a page.
  if (method === 'GET' && /\/shares\/[^/]+\/preview(\?|$)/.test(path)) return true
  return !path.startsWith('/api/') && !['/health', '/metrics', '/openapi.json'].includes(path)
}

function wrongErrorShape(answer: Answer): string | undefined {
  if (!answer.headers.get('content-type')?.startsWith('application/json')) return 'an error that is not JSON'
  const error = answer.json()
  if (!isRecord(error)) return 'an error that is no object'
  if (Object.keys(error).join() !== 'statusCode,statusMessage,message,data')
    return 'an error of another shape'
  if (error['statusCode'] !== answer.status) return 'an error with another status inside'
  if (typeof error['statusMessage'] !== 'string' || typeof error['message'] !== 'string')
    return 'an error without words'
  return isRecord(error['data']) ? undefined : 'an error without data'
}

function describeProblem(problem: string, request: FuzzRequest, answer: Answer, seed: number): string {
  const body = typeof request.body === 'string' ? request.body.slice(0, 2000) : request.body
  return [
    `${problem} (seed ${seed})`,
    `${answer.request.slice(0, 500)} as ${request.asker}`,
    JSON.stringify({ headers: request.headers, body }),
    `→ ${answer.status} ${answer.text.slice(0, 1000)}`,
  ].join('\n')
}

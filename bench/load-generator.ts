/**
 * Loads a server from a process of its own, over raw sockets: reading 45 kB answers with an HTTP client costs more
 * than serving them. Each connection has one request under way; an answer ends where its Content-Length says.
 */
import { connect } from 'node:net'

/** `random`; `own`: each connection its own one, again and again; `once`: each one once, until there is none left */
export type Order = 'random' | 'own' | 'once'

/** What to ask, and how. */
export interface Load {
  readonly port: number
  /** whole requests */
  readonly requests: readonly Uint8Array[]
  readonly order: Order
  /** the status that every answer must have */
  readonly status: number
  /** of the body that every answer must have; any but none, if it isn't said */
  readonly bytes?: number | undefined
  readonly connections: number
  readonly seconds: number
  /**
   * whether the generator asks its sockets all the time instead of sleeping until one has something: a server has to
   * wake one that sleeps, which costs it up to as much as answering, the more so the slower it is. It needs a core.
   */
  readonly polls: boolean
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** milliseconds */
  readonly p50: number
  readonly p99: number
  /** the part of the time in which the generator had something to do */
  readonly busy: number
}

const RECEIVE_BUFFER = 256 * 1024
const LONGEST_SILENCE_MS = 30_000
const WITHOUT_BODY = new Set([204, 304])

async function run(load: Load): Promise<LoadResult> {
  const { port, requests, order, status, bytes: expected, connections, seconds, polls } = load
  const latencies: number[] = []
  const random = createRandom()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + seconds * 1000
  let isDone = false
  let hasReceived = false
  let waited = 0
  if (polls) poll(start)
  let taken = 0
  await Promise.all(Array.from({ length: connections }, (_, index) => openConnection(index))).finally(
    () => (isDone = true),
  )
  const elapsed = performance.now() - start
  const sorted = Float64Array.from(latencies).toSorted()
  const used = process.cpuUsage(cpu)
  return {
    requests: latencies.length,
    seconds: elapsed / 1000,
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    busy: polls ? 1 - waited / elapsed : (used.user + used.system) / 1000 / elapsed,
  }

  function poll(since: number): void {
    const now = performance.now()
    if (!hasReceived) waited += now - since
    hasReceived = false
    // Whoever has an immediate waiting doesn't sleep.
    if (!isDone) setImmediate(poll, now)
  }

  function nextOf(connection: number): Uint8Array | undefined {
    if (order === 'once') return requests[taken++]
    return requests[order === 'own' ? connection % requests.length : Math.floor(random() * requests.length)]
  }

  function openConnection(connection: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let head = Buffer.alloc(0)
    let left = 0
    let asked = 0
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(RECEIVE_BUFFER),
        callback(bytes, buffer) {
          receive(Buffer.from(buffer.buffer, buffer.byteOffset, bytes))
          return true
        },
      },
    })
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server closed a connection.')))
    socket.setTimeout(LONGEST_SILENCE_MS, () => fail('The server fell silent.'))
    return promise

    function ask(): void {
      // Once at least: where connecting took all the time, nothing would have been measured.
      const request = asked === 0 || performance.now() < end ? nextOf(connection) : undefined
      if (!request) {
        resolve()
        socket.destroy()
        return
      }
      asked = performance.now()
      socket.write(request)
    }

    function fail(reason: string): void {
      reject(new Error(reason))
      socket.destroy()
    }

    function receive(bytes: Buffer): void {
      hasReceived = true
      if (left > 0) {
        left -= bytes.length
      } else {
        const all = head.length === 0 ? bytes : Buffer.concat([head, bytes])
        const headEnd = all.indexOf('\r\n\r\n')
        if (headEnd === -1) {
          head = Buffer.from(all)
          return
        }
        head = Buffer.alloc(0)
        const text = all.toString('latin1', 0, headEnd)
        if (Number(text.slice(9, 12)) !== status) {
          return fail(`Expected ${status}, but got:\n${all.toString('utf8', 0, 2000)}`)
        }
        const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
        if (length === 0 && !WITHOUT_BODY.has(status)) return fail(`An answer has no body:\n${text}`)
        if (expected !== undefined && length !== expected && !WITHOUT_BODY.has(status)) {
          return fail(`Expected ${expected} bytes, but got ${length}.`)
        }
        left = WITHOUT_BODY.has(status) ? 0 : length - (all.length - headEnd - 4)
      }
      if (left === 0) answered()
      else if (left < 0) fail('An answer is longer than it says.')
    }

    function answered(): void {
      latencies.push(performance.now() - asked)
      ask()
    }
  }
}

/** The same order in each run; `Math.random` knows no seed. */
function createRandom(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

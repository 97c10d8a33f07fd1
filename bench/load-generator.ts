/**
 * Loads a server from a process of its own, over raw sockets: reading 45 kB answers with an HTTP client costs more
 * than serving them. Each connection has one request under way; an answer ends where its Content-Length says.
 */
import { connect } from 'node:net'

/** What to ask, and how. */
export interface Load {
  readonly port: number
  /** whole requests, asked in random order */
  readonly requests: readonly Uint8Array[]
  /** the status that every answer must have */
  readonly status: number
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

async function run({ port, requests, status, connections, seconds, polls }: Load): Promise<LoadResult> {
  const latencies: number[] = []
  const random = createRandom()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + seconds * 1000
  let isDone = false
  let hasReceived = false
  let waited = 0
  if (polls) poll(start)
  await Promise.all(Array.from({ length: connections }, () => openConnection()))
  isDone = true
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

  function openConnection(): Promise<void> {
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
    return promise

    function ask(): void {
      asked = performance.now()
      socket.write(requests[Math.floor(random() * requests.length)] ?? '')
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
          reject(new Error(`Expected ${status}, but got:\n${all.toString()}`))
          socket.destroy()
          return
        }
        const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
        left = length - (all.length - headEnd - 4)
      }
      if (left === 0) answered()
    }

    function answered(): void {
      const now = performance.now()
      latencies.push(now - asked)
      if (now < end) return ask()
      resolve()
      socket.destroy()
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

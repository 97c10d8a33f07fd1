import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export type RawAnswer = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export type RawConnection = {
  /** Writes bytes as they are; a string goes as Latin-1. */
  readonly write: (bytes: string | Uint8Array) => void
  /** The first answer, once it is complete. Rejects when the connection ends without one. */
  readonly answer: Promise<RawAnswer>
  /** The server's `100 Continue` to a request with `Expect: 100-continue`: it has read the head. */
  readonly continued: Promise<void>
  readonly close: () => void
}

/** A bare TCP connection to the server, for what no HTTP client would send. */
export function openRawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const continued = isContinued(socket)
  continued.catch(() => undefined)
  return {
    write: (bytes) => {
      if (socket.writable) socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    },
    answer: readAnswer(socket),
    continued,
    close: () => void socket.destroy(),
  }
}

/** Sends bytes as they are and reads the answer; `{host}` stands for the server's host and port. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  const connection = openRawConnection(url)
  connection.write(typeof bytes === 'string' ? bytes.replace('{host}', new URL(url).host) : bytes)
  try {
    return await connection.answer
  } finally {
    connection.close()
  }
}

/**
 * Sends bytes, which may hold several requests, and reads as many answers as are expected. All of them need a
 * `Content-Length`, as none is known to be the last one.
 */
export async function sendPipelined(url: string, bytes: string, count: number): Promise<RawAnswer[]> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(Buffer.from(bytes.replaceAll('{host}', host), 'latin1'))
  const answers: RawAnswer[] = []
  let received = ''
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received += chunk.toString('latin1')
      for (;;) {
        const answer = parseAnswer(received, false)
        if (answer === undefined) break
        answers.push(answer)
        if (answers.length === count) return answers
        received = received.slice(received.indexOf('\r\n\r\n') + 4 + Buffer.byteLength(answer.body))
      }
    }
  } finally {
    socket.destroy()
  }
  throw new Error(`${answers.length} of ${count} answers, then: ${JSON.stringify(received.slice(0, 500))}`)
}

async function isContinued(socket: Socket): Promise<void> {
  const [bytes]: Buffer[] = await once(socket, 'data')
  if (bytes?.toString('latin1').startsWith('HTTP/1.1 100 ') !== true) throw new Error('No 100 Continue')
}

async function readAnswer(socket: Socket): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    const answer = parseAnswer(received, false)
    if (answer !== undefined) resolve(answer)
  })
  socket.on('error', reject)
  socket.on('close', () => {
    const answer = parseAnswer(received, true)
    if (answer === undefined) reject(new Error(`No answer, only: ${JSON.stringify(received.slice(0, 500))}`))
    else resolve(answer)
  })
  return promise
}

/** A complete answer at the start of `text`, if there is one; an interim one (1xx) is skipped. */
function parseAnswer(text: string, ended: boolean): RawAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const rest = text.slice(headEnd + 4)
  if (status < 200) return parseAnswer(rest, ended)
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = completeBody(headers, rest, ended || status === 204 || status === 304)
  return body === undefined ? undefined : { status, headers, body: Buffer.from(body, 'latin1').toString() }
}

function completeBody(headers: RawAnswer['headers'], rest: string, ended: boolean): string | undefined {
  const length = headers.get('content-length')
  if (length !== undefined && rest.length >= Number(length)) return rest.slice(0, Number(length))
  if (headers.get('transfer-encoding') === 'chunked' && rest.endsWith('0\r\n\r\n')) return joinChunks(rest)
  return ended ? rest : undefined
}

function joinChunks(text: string): string {
  const lineEnd = text.indexOf('\r\n')
  const size = Number.parseInt(text.slice(0, lineEnd), 16)
  const start = lineEnd + 2
  return size > 0 ? text.slice(start, start + size) + joinChunks(text.slice(start + size + 2)) : ''
}

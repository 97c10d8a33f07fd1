import { ApiProblem, parseJson, refusal, unexpected } from './api-problem.ts'
import type { Of, SchemaName } from './contract-types.ts'
import { pauseIn, type Silence, wait, watch } from './waiting.ts'
import { fetchByXhr, type Progress } from './fetch-by-xhr.ts'

const SESSION_COOKIE = 'neptun-session'
const SILENCE_MS = 30_000
/** Of a long text, nothing is heard while it goes out. */
const SLOWEST_BYTES_PER_MS = 16
const REPEATS = 2

type Init = NonNullable<Parameters<typeof fetch>[1]>

export interface ClientOptions {
  /** Such as `https://share.example.com`. In a page it is the page's own, unless it is said. */
  readonly server?: string | undefined
  /** A token for programs, `npt_…`. */
  readonly token?: string | undefined
  /** The value of a session's cookie, for programs that sign in without a browser; `logIn` sets it. */
  readonly session?: string | undefined
  /** `include` in pages of another origin that `CORS_ORIGINS` names. */
  readonly credentials?: Init['credentials']
  /** How long the server may say nothing; 30,000 unless said. */
  readonly timeoutMs?: number | undefined
  /** How often a request that a busy server put off (503) is sent again, where that is safe; 2 unless said. */
  readonly repeats?: number | undefined
  /** Ends all that is under way, and what is asked for later. */
  readonly signal?: AbortSignal | undefined
  readonly fetch?: typeof fetch | undefined
  /** Called where the account's session has ended; the request is sent once more when it returns. */
  readonly onSessionEnd?: (() => Promise<void>) | undefined
  /** Whether an answer is what its schema in the OpenAPI document says. Unless it is given, the server is believed. */
  readonly isAnswer?: ((schema: SchemaName, value: unknown) => boolean) | undefined
  /** What is thrown in place of a problem. */
  readonly asError?: ((problem: ApiProblem) => Error) | undefined
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What goes with a request. */
export interface Sent {
  readonly json?: unknown
  /** in place of `json` */
  readonly body?: Init['body']
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** `name=value`, besides the session's */
  readonly cookies?: readonly string[]
  readonly signal?: AbortSignal | undefined
  /** of a body that goes out, where the runtime can tell */
  readonly onProgress?: Progress | undefined
  readonly timeoutMs?: number
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly text: string
}

/** An answer that begins. */
export interface Opened {
  readonly status: number
  readonly headers: Headers
  readonly chunks: AsyncGenerator<Uint8Array, void>
}

export interface Sender {
  readonly server: string
  /** The session's value, as far as this program can know it: browsers keep it to themselves. */
  readonly session: string | undefined
  /** A 200's value, typed by the schema's name. @throws ApiProblem for every other answer */
  readonly request: <Name extends SchemaName>(
    method: Method,
    path: string,
    schema: Name,
    sent?: Sent,
  ) => Promise<Of<Name>>
  /** An answer of the 200s, whatever it holds. @throws ApiProblem for every other answer */
  readonly send: (method: Method, path: string, sent?: Sent) => Promise<Answer>
  /** The same, to be read as it comes. @throws ApiProblem */
  readonly open: (method: Method, path: string, sent?: Sent) => Promise<Opened>
}

export function createSender(options: ClientOptions): Sender {
  const server = (options.server ?? '').replace(/\/$/, '')
  const { asError = (problem) => problem, isAnswer, repeats = REPEATS } = options
  let { session } = options

  async function ask(method: Method, path: string, sent: Sent): Promise<Opened> {
    const cookies = [
      ...(session === undefined ? [] : [`${SESSION_COOKIE}=${session}`]),
      ...(sent.cookies ?? []),
    ]
    const { json, body = json === undefined ? undefined : JSON.stringify(json) } = sent
    const patience = sent.timeoutMs ?? options.timeoutMs ?? SILENCE_MS
    const sending = typeof body === 'string' ? body.length / SLOWEST_BYTES_PER_MS : 0
    const silence = watch(patience + sending, [options.signal, sent.signal])
    const init: Init = {
      method,
      // A redirect would carry a password somewhere that nobody named.
      redirect: 'manual',
      credentials: options.credentials ?? 'same-origin',
      signal: silence.signal,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    }
    const onProgress: Progress | undefined =
      sent.onProgress &&
      ((done, all) => {
        silence.heard()
        sent.onProgress?.(done, all)
      })
    try {
      const response = await (onProgress && canTellProgress(body)
        ? fetchByXhr(server + path + queryOf(sent.query), init, onProgress)
        : (options.fetch ?? fetch)(server + path + queryOf(sent.query), init))
      keepSession(response.headers)
      return { status: response.status, headers: response.headers, chunks: read(response, silence) }
    } catch (error) {
      silence.end()
      throw silence.reason(error)
    }
  }

  function keepSession(headers: Headers): void {
    if (options.token !== undefined) return
    const values = (headers.getSetCookie?.() ?? [])
      .map((cookie) => /^(?:__Host-)?neptun-session=([^;]*)/.exec(cookie)?.[1])
      .filter((value) => value !== undefined)
    // Under https a new one comes along with the end of one under its former name.
    if (values.length > 0) session = values.find((value) => value !== '')
  }

  /** Sends it again where the server was busy, and doing it twice does no harm. */
  async function askPatiently(method: Method, path: string, sent: Sent): Promise<Opened> {
    const isHarmless =
      ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) || sent.headers?.['idempotency-key'] !== undefined
    // What is sent as it is read can be sent once.
    const isSafe = isHarmless && !(sent.body instanceof ReadableStream)
    for (let repeat = 0; ; repeat++) {
      const opened = await ask(method, path, sent)
      if (opened.status !== 503 || !isSafe || repeat >= repeats) return opened
      const pause = pauseIn(opened.headers.get('retry-after'))
      if (pause > (options.timeoutMs ?? SILENCE_MS)) return opened
      await readAll(opened)
      await wait(pause, [options.signal, sent.signal])
    }
  }

  async function open(method: Method, path: string, sent: Sent): Promise<Opened> {
    let opened = await askPatiently(method, path, sent)
    const canAgain = !(sent.body instanceof ReadableStream) && path.startsWith('/api/users/')
    if (opened.status === 401 && options.onSessionEnd && canAgain) {
      await readAll(opened)
      await options.onSessionEnd()
      opened = await askPatiently(method, path, sent)
    }
    if (opened.status >= 200 && opened.status < 300) return opened
    throw refusal(opened.status, opened.headers, (await readAll(opened)).text)
  }

  /** What this client is to throw. */
  async function told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw error instanceof ApiProblem ? asError(error) : error
    }
  }

  const send = async (method: Method, path: string, sent: Sent = {}): Promise<Answer> =>
    readAll(await open(method, path, sent))

  async function request<Name extends SchemaName>(method: Method, path: string, schema: Name, sent?: Sent) {
    const { status, headers, text } = await send(method, path, sent)
    const value = parseJson(text)
    const isIt = status === 200 && value !== undefined && (isAnswer?.(schema, value) ?? true)
    if (!isIt) throw unexpected(status, headers)
    return value as Of<Name>
  }

  return {
    server,
    get session() {
      return session
    },
    request: (method, path, schema, sent) => told(request(method, path, schema, sent)),
    send: (method, path, sent) => told(send(method, path, sent)),
    open: (method, path, sent = {}) => told(open(method, path, sent)),
  }
}

async function readAll({ status, headers, chunks }: Opened): Promise<Answer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of all) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return {
    status,
    headers,
    bytes,
    get text() {
      return new TextDecoder().decode(bytes)
    },
  }
}

async function* read({ body }: Response, silence: Silence): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader()
  try {
    for (;;) {
      if (reader === undefined) return
      const { done, value } = await reader.read()
      if (done) return
      silence.heard()
      yield value
    }
  } catch (error) {
    throw silence.reason(error)
  } finally {
    silence.end()
    // Who stops reading early wants no more of it.
    await reader?.cancel().catch(() => undefined)
  }
}

function canTellProgress(body: unknown): boolean {
  return typeof FormData !== 'undefined' && body instanceof FormData && fetchByXhr.isThere()
}

function queryOf(query: Sent['query'] = {}): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) words.set(name, String(value))
  return words.size === 0 ? '' : `?${words.toString()}`
}

import { randomUUID } from 'node:crypto'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { type FailedConversation, type ImportedConversation, ImportLine } from '../../contract/imports.ts'
import { type LeftOut } from '../../importing/imported-chat.ts'
import { type Answer, credentialsOf, failureOf, type OwnerApi, parseJson, strangeAnswer } from './api.ts'
import { SILENCE_MS, unreachable } from './reach.ts'
import { Failure } from '../failure.ts'
import { type Source, unreadable } from '../pushing/sources.ts'

/** What a file is sent for. */
export type Sending = {
  readonly source: Source
  /** Source keys of the conversations to import; undefined for all. */
  readonly only: readonly string[] | undefined
  /** The import's other settings, as a query. */
  readonly query: Readonly<Record<string, string>>
  /** @param bytes how many of them the server has read */
  readonly progress: (bytes: number) => void
}

/** What became of a file. */
export type Sent = {
  readonly conversations: readonly Static<typeof ImportedConversation>[]
  readonly failed: readonly Static<typeof FailedConversation>[]
  readonly leftOut: LeftOut
}

type Line = Static<typeof ImportLine>

/**
 * Sends a file to be imported, as it lies there: it is read as fast as the server takes it. What was on its way when
 * this breaks off isn't stored.
 *
 * @throws Failure when it can't be read, sent, or imported
 */
export async function sendFile(api: OwnerApi, sending: Sending): Promise<Sent> {
  const form = asForm(sending)
  const url = new URL(`${api.server}${api.path('/imports')}?${new URLSearchParams(sending.query).toString()}`)
  const asked = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: {
      accept: 'application/x-ndjson',
      ...credentialsOf(api.session),
      'content-type': form.type,
      ...(form.length === undefined ? {} : { 'content-length': form.length }),
    },
  })
  // Of a long file, nothing is heard while the server works on it.
  asked.setTimeout(4 * SILENCE_MS, () => asked.destroy(new Error('it says nothing for two minutes')))
  const answered = Promise.withResolvers<IncomingMessage>()
  asked.once('response', answered.resolve).on('error', answered.reject)
  // Whoever refuses an upload answers before its end, and the rest doesn't matter then.
  const sent = pipeline(form.body, asked).then(
    () => undefined,
    (error: unknown) => {
      answered.reject(error)
      return error
    },
  )
  let response: IncomingMessage | undefined
  try {
    response = await answered.promise
    return await readAnswer(api, sending.source, response, sending.progress)
  } catch (error) {
    if (error instanceof Failure) throw error
    // Where the file can't be read to its end, the connection breaks off because of that.
    asked.destroy()
    const cause = (await sent) ?? error
    if (cause instanceof Failure) throw cause
    throw response === undefined ? unreachable(api.server, cause) : brokeOff(api.server)
  } finally {
    asked.destroy()
  }
}

type Form = {
  readonly type: string
  /** In bytes, where that is known. */
  readonly length: number | undefined
  readonly body: AsyncIterable<Uint8Array>
}

/** The file as `multipart/form-data`, which names it, and lets as many conversations be chosen as there are. */
function asForm({ source, only }: Sending): Form {
  const boundary = `neptun-share-${randomUUID()}`
  const chosen =
    only === undefined
      ? ''
      : `--${boundary}\r\nContent-Disposition: form-data; name="only"\r\n\r\n${JSON.stringify(only)}\r\n`
  // A part without a name would be no file; one that is all ending gives no chat its name.
  const name = source.file === undefined ? '.txt' : source.name
  const head = Buffer.from(
    `${chosen}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escaped(name)}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  async function* body(): AsyncGenerator<Uint8Array> {
    yield head
    yield* bytesOf(source)
    yield tail
  }
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: source.size === undefined ? undefined : head.length + source.size + tail.length,
    body: body(),
  }
}

/** As browsers write names of files (HTML, "multipart form data"). */
function escaped(name: string): string {
  return name.replace(/["\r\n]/g, encodeURIComponent)
}

async function* bytesOf(source: Source): AsyncGenerator<Uint8Array> {
  let read = 0
  try {
    for await (const chunk of source.open()) {
      if (!(chunk instanceof Uint8Array)) continue
      read += chunk.length
      yield chunk
    }
  } catch (error) {
    throw unreadable(source, error)
  }
  if (source.size !== undefined && read < source.size) {
    throw new Failure('failed', `${source.name} got shorter while it was read. Try again.`)
  }
}

async function readAnswer(
  api: OwnerApi,
  source: Source,
  response: IncomingMessage,
  progress: (bytes: number) => void,
): Promise<Sent> {
  const status = response.statusCode ?? 0
  if (status !== 200) throw refused(api, source, await readWhole(response, status))
  const conversations: Static<typeof ImportedConversation>[] = []
  const failed: Static<typeof FailedConversation>[] = []
  for await (const line of readLines(api, response)) {
    if (line.type === 'progress') progress(line.received)
    else if (line.type === 'conversation') conversations.push(line)
    else if (line.type === 'failed') failed.push(line)
    else if (line.type === 'result') return { conversations, failed, leftOut: line.left_out }
    else {
      const told = { status: line.statusCode, headers: new Headers(), text: JSON.stringify(line) }
      throw refused(api, source, told)
    }
  }
  throw brokeOff(api.server)
}

function brokeOff(server: string): Failure {
  return new Failure(
    'unreachable',
    `The connection to ${server} broke off. Push again when it is back: chats that arrived already are not made twice.`,
  )
}

async function* readLines(api: OwnerApi, response: IncomingMessage): AsyncGenerator<Line> {
  let begun: string[] = []
  for await (const chunk of response.setEncoding('utf8')) {
    const [end = '', ...others] = String(chunk).split('\n')
    begun.push(end)
    for (const beginning of others) {
      const line = parseJson(begun.join(''))
      if (!Check(ImportLine, line)) throw strangeAnswer(api.server)
      yield line
      begun = [beginning]
    }
  }
}

async function readWhole(response: IncomingMessage, status: number): Promise<Answer> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string') headers.set(name, value)
  }
  return { status, headers, text: await text(response) }
}

/** What is wrong with the file is said of the file. */
function refused(api: OwnerApi, source: Source, answer: Answer): Failure {
  const failure = failureOf(answer, api.server, api.session)
  const isAboutFile = answer.status === 400 || answer.status === 413 || answer.status === 408
  if (!isAboutFile || failure.code !== 'refused') return failure
  const reason = failure.message.replace(`${api.server} refuses: `, '')
  return new Failure('failed', `${source.name}: ${reason}`, failure.details)
}

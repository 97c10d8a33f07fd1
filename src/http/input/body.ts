import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { parse as parseSafely } from 'secure-json-parse'
import { letGo } from '../../reading/unpooled.ts'

/** Of a body nothing came for so long. */
const IDLE_TIMEOUT_MS = 15_000
/** So long a body may take. Endpoints that take large files have limits of their own (upload.ts). */
const BODY_TIMEOUT_MS = 300_000
/** While others wait for their turn, a body has to come this fast, looked at after so long. */
const HURRIED_BYTES_PER_SECOND = 85 * 1024
const HURRIED_AFTER_MS = 3000
/** How long, and how many bytes, of a body that was answered before it was all there are read on and forgotten. */
const LINGER_MS = 20_000
const MOST_READ_ON = 64 * 1024 * 1024
/** What is larger has turns, is put together as it comes, and its memory is given back as soon as it is read. */
export const LARGE_BYTES = 1024 * 1024

/** A body that can't be read; `status` is the answer's. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody'
  readonly status: 400 | 408 | 413 | 415

  constructor(status: UnreadableBody['status'], message: string) {
    super(message)
    this.status = status
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined
}

interface BodyRules {
  readonly limit: number
  readonly takesForms: boolean
  isHurried(this: void): boolean
}

/**
 * Reads a body of JSON, or of a form where the endpoint takes one.
 *
 * @param rules `limit` in bytes; `isHurried` tells whether others wait for this one to end
 * @returns what it holds; undefined for an empty one, whose type doesn't matter
 * @throws UnreadableBody when it is too large, too slow, broken, or of another type
 */
export async function readBody(raw: IncomingMessage, rules: BodyRules): Promise<unknown> {
  const bytes = await receive(raw, rules)
  try {
    return readAs(raw, bytes, rules)
  } finally {
    if (bytes.length > LARGE_BYTES) letGo(bytes)
  }
}

function readAs(raw: IncomingMessage, bytes: Buffer, rules: Pick<BodyRules, 'takesForms'>): unknown {
  if (bytes.length === 0) return undefined
  const [type = ''] = raw.headers['content-type']?.split(';') ?? []
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return readJson(bytes)
    case 'application/x-www-form-urlencoded':
      if (rules.takesForms) return readForm(bytes)
  }
  const forms = rules.takesForms ? ' or application/x-www-form-urlencoded' : ''
  throw new UnreadableBody(415, `Send the body as application/json${forms}.`)
}

function receive(raw: IncomingMessage, { limit, isHurried }: BodyRules): Promise<Buffer> {
  const declared = Number(raw.headers['content-length'])
  if (declared > limit) return Promise.reject(tooLarge())
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const received = gather(declared)
  let length = 0
  const idle = setTimeout(giveUp, IDLE_TIMEOUT_MS)
  const whole = setTimeout(giveUp, BODY_TIMEOUT_MS)
  const began = performance.now()
  const hurry = setInterval(giveWay, HURRIED_AFTER_MS)

  function stop(): void {
    clearTimeout(idle)
    clearTimeout(whole)
    clearInterval(hurry)
    raw.off('data', take).off('end', finish).off('close', breakOff)
  }
  function refuse(error: UnreadableBody): void {
    stop()
    reject(error)
  }
  function take(chunk: Buffer): void {
    idle.refresh()
    length += chunk.length
    if (length > limit) refuse(tooLarge())
    else received.add(chunk)
  }
  function finish(): void {
    stop()
    resolve(received.whole())
  }
  function breakOff(): void {
    refuse(new UnreadableBody(400, 'The body broke off before its end.'))
  }
  function giveUp(): void {
    refuse(new UnreadableBody(408, 'The request did not arrive in time.'))
  }

  function giveWay(): void {
    const seconds = (performance.now() - began) / 1000
    if (!isHurried() || length > seconds * HURRIED_BYTES_PER_SECOND) return
    refuse(
      new UnreadableBody(
        408,
        'The body came slowly while others were waiting. Try again over a faster line.',
      ),
    )
  }

  raw.on('data', take).on('end', finish).on('close', breakOff)
  return promise
}

/**
 * Puts a body together. A large one whose length is told goes to its place as it comes: pieces that wait for the others
 * would be in memory twice, and until all garbage is looked for.
 *
 * @param length in bytes; NaN where it isn't told
 */
function gather(length: number): { add(chunk: Buffer): void; whole(): Buffer } {
  if (!(length > LARGE_BYTES)) {
    const chunks: Buffer[] = []
    return { add: (chunk) => void chunks.push(chunk), whole: () => Buffer.concat(chunks) }
  }
  const whole = Buffer.allocUnsafeSlow(length)
  let filled = 0
  let before: Buffer | undefined
  return {
    add(chunk) {
      filled += chunk.copy(whole, filled)
      // Whoever handed out the latest one may still look at it.
      if (before) letGo(before)
      before = chunk
    },
    whole: () => whole,
  }
}

/**
 * Reads and forgets the rest of a body that was answered before it was all there: a client that is still sending
 * wouldn't see the answer on a connection that is closed under it. It doesn't go on for ever.
 *
 * @param isUpload then only its time is limited
 */
export function dropRest(raw: IncomingMessage, isUpload: boolean): void {
  const timer = setTimeout(() => raw.destroy(), LINGER_MS).unref()
  let left = isUpload ? Infinity : MOST_READ_ON
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) raw.destroy()
  })
  raw.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer))
  raw.resume()
}

function tooLarge(): UnreadableBody {
  return new UnreadableBody(413, 'The body is too large for this route; send less at once.')
}

/** No body of ours is nested deeper than a few levels, or has more parts; parsing ten million brackets takes seconds. */
const MOST_NESTED = 32
const MOST_PARTS = 250_000

/** JSON that means to reach objects' prototypes is refused like JSON that is broken. */
function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new UnreadableBody(400, 'The body is not valid UTF-8.')
  if (hasTooManyBrackets(bytes)) {
    throw new UnreadableBody(400, 'The body is nested too deeply, or has too many parts.')
  }
  try {
    return parseSafely(bytes.toString('utf8')) as unknown
  } catch {
    throw new UnreadableBody(400, 'The body is not valid JSON.')
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}')

/** Whether there are more lists and objects, or more in each other, than any body of ours has. */
function hasTooManyBrackets(bytes: Buffer): boolean {
  let depth = 0
  let parts = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth++
      parts++
      if (depth > MOST_NESTED || parts > MOST_PARTS) return true
    }
  }
  return false
}

/** @param start of its opening quote @returns the place of its closing one; the end where there is none */
function endOfString(bytes: Buffer, start: number): number {
  let at = bytes.indexOf('"', start + 1)
  while (at !== -1 && isEscaped(bytes, at)) at = bytes.indexOf('"', at + 1)
  return at === -1 ? bytes.length : at
}

function isEscaped(bytes: Buffer, at: number): boolean {
  let slashes = 0
  while (bytes[at - 1 - slashes] === BACKSLASH) slashes++
  return slashes % 2 === 1
}

/** A field sent twice becomes an array, which no form's schema admits: nobody has to guess which one was meant. */
function readForm(bytes: Buffer): Record<string, string | string[]> {
  if (!isUtf8(bytes)) throw new UnreadableBody(400, 'The form is not valid UTF-8.')
  const fields = new Map<string, string[]>()
  for (const pair of bytes.toString('utf8').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1))
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return Object.fromEntries(
    fields.entries().map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new UnreadableBody(400, 'The form is not valid UTF-8.')
  }
}

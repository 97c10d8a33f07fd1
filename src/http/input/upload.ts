import { on } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { AskedRequest } from '../pipeline/asked.ts'
import { UnreadableBody } from './body.ts'

const MiB = 1024 * 1024
const IDLE_MS = 30_000
/** Of the time that is spent waiting for more: how much of it is looked at together, and what has to come in it. */
const WAITED_MS = 30_000
const LEAST_BYTES = 30 * 1024
/** The same while others wait for their turn. */
const HURRIED_WAIT_MS = 3000
const HURRIED_BYTES = 256 * 1024
const FORM_LIMITS = { files: 1000, fields: 10, fieldSize: 8 * MiB, headerPairs: 50, headerSize: 16 * 1024 }

/** The types that a file may be sent as; what it really is shows in its content. */
export const FILE_TYPES = [
  'application/json',
  'application/zip',
  'application/x-zip-compressed',
  'application/zstd',
  'application/x-ndjson',
  'application/jsonl',
  'application/octet-stream',
  'text/markdown',
  'text/plain',
] as const

/** A file of an upload. Its reader may leave it before its end. */
export interface UploadedFile {
  readonly name: string | undefined
  /** what whoever sent it says it is */
  readonly mediaType: string | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}

/** A body that is read while it arrives: one file, or a form with several. */
export interface Upload {
  readonly files: AsyncIterable<UploadedFile>
  /** a text field of the form that came before the file at hand */
  field(name: string): string | undefined
  /** Once its first bytes are there, or it has ended. */
  begun(): Promise<void>
  /** how many bytes of the body were read */
  received(): number
  /** what went wrong with the body itself, which readers may have taken for a damaged file */
  problem(): unknown
}

/** What an upload may be. */
export interface UploadRules {
  readonly isHurried: () => boolean
  readonly types?: readonly string[] | undefined
  readonly limit: { readonly bytes: number; readonly message: string }
}

/**
 * Opens a request's body as files: `multipart/form-data`, or the bytes of one file. It may take as long as it moves.
 *
 * @param fields names of the text fields that a form may have
 * @param options.isHurried whether others wait for this one to end, so that it may not dawdle
 * @param options.types that a file may be sent as; undefined for any
 * @param options.limit of the whole body, with the words for one that is larger
 * @throws UnreadableBody when it is of a kind that isn't taken, or says to be too large; its files throw it too
 */
export function openUpload(
  request: AskedRequest,
  fields: readonly string[],
  { isHurried, types, limit }: UploadRules,
): Upload {
  const type = mediaTypeOf(request, types)
  const tooLarge = (): UnreadableBody => new UnreadableBody(413, limit.message)
  if (Number(request.headers['content-length']) > limit.bytes) throw tooLarge()
  const values = new Map<string, string>()
  let received = 0
  let problem: unknown

  const chunks = arriving(request, isHurried)
  let first: Promise<IteratorResult<Buffer>> | undefined

  async function* withFirst(): AsyncGenerator<Buffer> {
    if (first) {
      const { done, value } = await first
      if (done) return
      yield value
    }
    yield* chunks
  }

  async function* body(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of withFirst()) {
        received += chunk.length
        if (received > limit.bytes) throw tooLarge()
        yield chunk
      }
    } catch (error) {
      problem ??= error
      throw error
    }
  }

  const noteProblem = (error: unknown): unknown => {
    // What the form's parser says is about the form.
    problem ??= error instanceof UnreadableBody ? error : brokenForm()
    return problem
  }
  return {
    files:
      type === 'multipart/form-data'
        ? filesOfForm(request, body(), fields, values, noteProblem)
        : oneFile(body(), type),
    field: (name) => values.get(name),
    async begun() {
      first ??= chunks.next()
      // What is wrong with it shows when it is read.
      await first.catch(() => undefined)
    },
    received: () => received,
    problem: () => problem,
  }
}

function mediaTypeOf({ headers }: AskedRequest, types: readonly string[] | undefined): string | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    throw new UnreadableBody(415, 'Send the file as it is, without Content-Encoding; a .zip is taken.')
  }
  if (types && type !== undefined && type !== 'multipart/form-data' && !types.includes(type)) {
    throw new UnreadableBody(
      415,
      `Send files as multipart/form-data, or one as its bytes with a type like ${types.join(', ')}.`,
    )
  }
  return type
}

/**
 * The chunks of a body; nothing for too long is an error, however long the whole takes. So is less than 1 KiB a second:
 * whoever sends by drops would keep others from their turn. Only time in which the server had to wait counts.
 */
async function* arriving({ raw }: AskedRequest, isHurried: () => boolean): AsyncGenerator<Buffer> {
  // What isn't read is dropped later, so that the asker can read the answer: nothing is destroyed here.
  const chunks = raw.iterator({ destroyOnReturn: false })
  let waited = 0
  let came = 0
  try {
    for (;;) {
      const begun = performance.now()
      const chunk = await beforeIdle(chunks.next(), isHurried).catch((error: unknown) => {
        if (error instanceof UnreadableBody) throw error
        throw new UnreadableBody(400, 'The upload broke off before its end.')
      })
      if (chunk.done === true) return
      if (!Buffer.isBuffer(chunk.value)) continue
      waited += performance.now() - begun
      came += chunk.value.length
      if (isHurried() && waited >= HURRIED_WAIT_MS && came < HURRIED_BYTES) throw givesWay()
      if (waited >= WAITED_MS) {
        if (came < LEAST_BYTES) throw tooSlow()
        waited = 0
        came = 0
      }
      yield chunk.value
    }
  } finally {
    // Not awaited: it would wait for the chunk that doesn't come.
    void chunks.return?.()
  }
}

async function beforeIdle<T>(work: Promise<T>, isHurried: () => boolean): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const begun = performance.now()
  const hurry = setInterval(() => {
    if (performance.now() - begun > HURRIED_WAIT_MS && isHurried()) reject(givesWay())
  }, 1000)
  const timer = setTimeout(
    () => reject(new UnreadableBody(408, `Nothing of the upload came for ${IDLE_MS / 1000} seconds.`)),
    IDLE_MS,
  )
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    clearInterval(hurry)
  }
}

async function* oneFile(
  bytes: AsyncGenerator<Uint8Array>,
  mediaType: string | undefined,
): AsyncGenerator<UploadedFile> {
  yield { name: undefined, mediaType, bytes }
  await bytes.return(undefined)
}

async function* filesOfForm(
  { headers }: AskedRequest,
  body: AsyncIterable<Buffer>,
  fields: readonly string[],
  values: Map<string, string>,
  noteProblem: (error: unknown) => unknown,
): AsyncGenerator<UploadedFile> {
  const form = formParser(headers['content-type'] ?? '')
  let hasFiles = false
  let wrong: UnreadableBody | undefined
  const fail = (message: string): void => {
    wrong ??= new UnreadableBody(400, message)
    noteProblem(wrong)
    form.destroy(wrong)
  }
  form.on('field', (name, value, _isNameCut, isCut) => {
    if (!fields.includes(name)) fail(`There is no field "${name.slice(0, 100)}"; files need a file name.`)
    else if (hasFiles) fail(`The field "${name}" has to stand before the first file.`)
    else if (isCut) fail(`The field "${name}" is too long.`)
    else values.set(name, value)
  })
  form.on('filesLimit', () => fail(`A form may have at most ${FORM_LIMITS.files} files.`))
  form.on('fieldsLimit', () => fail(`A form may have at most ${FORM_LIMITS.fields} fields.`))
  const unread = new Set<Readable>()
  form.on('file', (_name, stream) => {
    unread.add(stream)
    stream.on('error', noteProblem).once('close', () => unread.delete(stream))
  })
  const parts = on(form, 'file', { close: ['finish', 'close'] })
  // Its failure shows in the parts too; whoever reads one of the files would wait for the rest of it for ever.
  const fed = pipeline(Readable.from(body), form).catch((error: unknown) => {
    const cause = noteProblem(error)
    for (const stream of unread) stream.destroy(cause instanceof Error ? cause : undefined)
  })

  try {
    for await (const [, stream, name, , mediaType] of parts) {
      if (wrong) throw wrong
      if (!(stream instanceof Readable)) continue
      hasFiles = true
      const bytes = contentOf(stream, noteProblem)
      yield {
        name: typeof name === 'string' ? nameInForm(name) : undefined,
        mediaType: typeof mediaType === 'string' ? mediaType : undefined,
        bytes,
      }
      // The next file comes when this one was taken to its end.
      while ((await bytes.next()).done !== true);
    }
    await fed
  } catch (error) {
    throw noteProblem(error)
  }
}

/** Browsers write these signs of a file's name so (the HTML standard, "multipart form data"), and no others. */
function nameInForm(name: string): string {
  return name.replace(/%22/g, '"').replace(/%0[AD]/gi, ' ')
}

async function* contentOf(
  stream: Readable,
  noteProblem: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    throw noteProblem(error)
  }
}

function formParser(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: FORM_LIMITS })
  } catch {
    throw brokenForm()
  }
}

function brokenForm(): UnreadableBody {
  return new UnreadableBody(400, 'The form is damaged or incomplete.')
}

function tooSlow(): UnreadableBody {
  const message = `The upload came slower than ${LEAST_BYTES / 1024} KiB in ${WAITED_MS / 1000} seconds. Try again over a faster line.`
  return new UnreadableBody(408, message)
}

function givesWay(): UnreadableBody {
  return new UnreadableBody(
    408,
    'The upload came slowly while others were waiting. Try again over a faster line.',
  )
}

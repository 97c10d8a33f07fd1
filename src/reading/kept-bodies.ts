import { createHmac, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { SendingBudget } from '../concurrency/sending-budget.ts'
import { type BodySource, findBody, keepBody } from '../storage/queries/bodies.ts'
import type { Store } from '../storage/store.ts'
import type { WrittenChat } from './chat-format.ts'
import { SourceChanged } from './read-chat.ts'
import { unpooled } from './unpooled.ts'

const MiB = 1024 * 1024
// Of a thousand shares that are read all day, answers of 60 kB each.
const MEMORY_BYTES = 64 * MiB
/** What each takes besides its bytes. */
const OVERHEAD_BYTES = 512
/** What is larger is in nobody's memory but its readers'. */
export const LARGEST_IN_MEMORY = MEMORY_BYTES / 8
const MOST_IN_MEMORY = 20_000
const MOST_KEPT_AT_ONCE = 4

/** Bytes that were made in a hurry, such as code without colours, are made again after this time. */
const UNFINISHED_MS = 5000

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Bytes of an answer, in parts, and the ETag that names exactly these. */
export interface Body {
  readonly parts: readonly Buffer[]
  /** undefined while it isn't known */
  readonly length?: number
  readonly etag: string
  /** what comes after the parts, read while it is sent */
  readonly rest?: AsyncGenerator<Buffer>
  /** gives its part of the budget of large answers back; called once it is sent, or isn't */
  readonly release?: () => void
}

/** Finished bytes. */
interface WholeBody extends Body {
  readonly length: number
}

/** How to make the bytes of a source when nothing is kept. */
export interface BodyMaker {
  /** the format's name and version */
  readonly format: string
  /** whether the database keeps them too */
  readonly isStored: boolean
  /** everything that `wrap` depends on, as text */
  readonly wrapping: string
  wrap(kept: Buffer): readonly Buffer[] | Promise<readonly Buffer[]>
  /** @param signal when nobody waits for it any more */
  make(signal: AbortSignal): Promise<WrittenChat>
  /** who asks, as the budget of large answers counts them */
  readonly asker: () => string
  /** when they have left; asked for only when something has to be made */
  readonly left: () => AbortSignal
}

export interface KeptBodies {
  /** Those in memory: nearly every read finds them, and needn't say how they are made. */
  kept(source: BodySource, named: Pick<BodyMaker, 'format' | 'wrapping'>): WholeBody | undefined
  /** @throws TooMuchUnderWay when the bytes are many, and too many are being sent already */
  get(source: BodySource, maker: BodyMaker): Promise<WholeBody>
  /** Once all that is being kept is in the database. */
  settled(): Promise<void>
}

/**
 * Keeps finished bytes in memory, bounded by bytes, and behind it in the database, so that a read costs neither
 * rows nor serialising. They are kept under everything that they depend on, so nothing has to be forgotten.
 *
 * @param budget of large answers, which no memory keeps
 * @param onError told when bytes can't be kept; readers get them all the same
 */
export function createKeptBodies(
  store: Store,
  budget: SendingBudget,
  onError: (error: unknown) => void,
): KeptBodies {
  const memory = new LRUCache<string, WholeBody>({
    max: MOST_IN_MEMORY,
    maxSize: MEMORY_BYTES,
    maxEntrySize: LARGEST_IN_MEMORY,
    sizeCalculation: ({ length }) => length + OVERHEAD_BYTES,
    perf: Date,
    ttlResolution: 0,
  })
  // A large one isn't kept, but while it is being sent, others who ask for it get the same bytes.
  const large = new Map<string, WeakRef<WholeBody>>()
  const underWay = new Map<string, SharedWork>()
  const keeping = new Set<Promise<void>>()

  async function load(
    source: BodySource,
    maker: BodyMaker,
    key: string,
    signal: AbortSignal,
  ): Promise<WholeBody> {
    if (source.size < LARGEST_IN_MEMORY) return makeBody(source, maker, key, signal)
    // Texts and bytes of the answer are in memory together while it is made.
    const giveBack = budget.hold(maker, 2 * source.size, maker.asker())
    try {
      return await makeBody(source, maker, key, signal)
    } finally {
      giveBack()
    }
  }

  async function makeBody(
    source: BodySource,
    maker: BodyMaker,
    key: string,
    signal: AbortSignal,
  ): Promise<WholeBody> {
    const { bytes, isFinal } = await findOrMake(source, maker, signal)
    const wrapped = await maker.wrap(bytes)
    const length = wrapped.reduce((sum, part) => sum + part.length, 0)
    // A large one is never copied; a small one is sent many times, and faster in one piece.
    const parts = length > LARGEST_IN_MEMORY ? wrapped : [unpooled(...wrapped)]
    const named = isFinal ? key : `${key} ${randomBytes(8).toString('hex')}`
    const body = { parts, length, etag: etagOf(store, named) }
    if (length > LARGEST_IN_MEMORY) rememberLarge(key, body)
    else memory.set(key, body, isFinal ? {} : { ttl: UNFINISHED_MS })
    return body
  }

  function rememberLarge(key: string, body: WholeBody): void {
    for (const [known, ref] of large) if (ref.deref() === undefined) large.delete(known)
    large.set(key, new WeakRef(body))
  }

  async function findOrMake(source: BodySource, maker: BodyMaker, signal: AbortSignal): Promise<WrittenChat> {
    const stored = maker.isStored ? await findBody(store, source, maker.format) : undefined
    if (stored) return { bytes: await decompress(stored), isFinal: true }
    const made = await maker.make(signal)
    if (maker.isStored && made.isFinal && store.hasRoom()) keep(source, maker.format, made.bytes)
    return made
  }

  /** Stores bytes in the background; not while many are being stored, as these can be made again. */
  function keep(source: BodySource, format: string, bytes: Buffer): void {
    if (keeping.size >= MOST_KEPT_AT_ONCE) return
    const kept = compress(bytes)
      .then((compressed) => keepBody(store, source, format, { bytes: compressed, at: Date.now() }))
      .catch(onError)
      .finally(() => keeping.delete(kept))
    keeping.add(kept)
  }

  function begin(source: BodySource, maker: BodyMaker, key: string): SharedWork {
    const end = new AbortController()
    const body = load(source, maker, key, end.signal).finally(() => {
      if (underWay.get(key) === work) underWay.delete(key)
    })
    const work: SharedWork = { body, waiting: 0, end }
    underWay.set(key, work)
    return work
  }

  /** Work goes on while one of those is there who wait for it. */
  function wait(key: string, work: SharedWork, left: AbortSignal): Promise<WholeBody> {
    work.waiting++
    const leave = (): void => {
      work.waiting--
      if (work.waiting > 0) return
      if (underWay.get(key) === work) underWay.delete(key)
      work.end.abort(left.reason)
    }
    if (left.aborted) leave()
    else left.addEventListener('abort', leave, { once: true })
    return work.body
  }

  function inMemory(key: string): WholeBody | undefined {
    return memory.get(key) ?? large.get(key)?.deref()
  }

  return {
    kept: (source, named) => inMemory(keyOf(source, named)),
    async get(source, maker) {
      const key = keyOf(source, maker)
      const kept = inMemory(key)
      if (kept) return kept
      // Those who ask for the same bytes at the same time wait for the first of them.
      const running = underWay.get(key)
      if (!running) return wait(key, begin(source, maker, key), maker.left())
      return wait(key, running, maker.left()).catch((error: unknown) => {
        if (!(error instanceof SourceChanged)) throw error
        // The first of those who ask may have come too late to read what another one holds in their hands already.
        return wait(key, begin(source, maker, key), maker.left())
      })
    },
    async settled() {
      await Promise.all(keeping)
    },
  }
}

/** Bytes that are being made, for all who ask for them meanwhile. */
interface SharedWork {
  readonly body: Promise<WholeBody>
  waiting: number
  readonly end: AbortController
}

/** All that the bytes depend on. */
export function keyOf(
  { revision }: BodySource,
  { format, wrapping }: Pick<BodyMaker, 'format' | 'wrapping'>,
): string {
  return `${revision} ${format} ${wrapping}`
}

/**
 * A tag of all that the bytes depend on, among it the revision, which never comes twice. It is keyed
 * with a secret: otherwise anybody could check a guess of the text against it.
 */
export function etagOf({ secret }: Pick<Store, 'secret'>, key: string): string {
  return `"${createHmac('sha256', secret).update(key).digest('base64url').slice(0, 32)}"`
}

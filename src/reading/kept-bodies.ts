import { createHmac } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { type BodySource, findBody, keepBody } from '../storage/queries/bodies.ts'
import type { Store } from '../storage/store.ts'
import type { WrittenChat } from './chat-format.ts'

// Of a thousand shares that are read all day, answers of 60 kB each.
const MEMORY_BYTES = 64 * 1024 * 1024
const LARGEST_IN_MEMORY = MEMORY_BYTES / 8
const MOST_IN_MEMORY = 20_000

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Bytes that lack something for lack of time are made anew after so long. */
const UNFINISHED_MS = 60_000

/** Finished bytes of an answer, and the ETag that names exactly these. */
export interface Body {
  readonly bytes: Buffer
  readonly etag: string
}

/** How to make the bytes of a source when nothing is kept. */
export interface BodyMaker {
  /** the format's name and version */
  readonly format: string
  /** whether the database keeps them too */
  readonly isStored: boolean
  /** everything that `wrap` depends on, as text */
  readonly wrapping: string
  wrap(kept: Buffer): Buffer | Promise<Buffer>
  make(): Promise<WrittenChat>
}

export interface KeptBodies {
  get(source: BodySource, maker: BodyMaker): Promise<Body>
}

/**
 * Keeps finished bytes in memory, bounded by bytes, and behind it in the database, so that a read costs neither
 * rows nor serialising. They are kept under everything that they depend on, so nothing has to be forgotten.
 *
 * @param onError told when bytes can't be kept; readers get them all the same
 */
export function createKeptBodies(store: Store, onError: (error: unknown) => void): KeptBodies {
  const memory = new LRUCache<string, Body>({
    max: MOST_IN_MEMORY,
    maxSize: MEMORY_BYTES,
    maxEntrySize: LARGEST_IN_MEMORY,
    sizeCalculation: ({ bytes }) => bytes.length + 1,
    perf: Date,
    ttlResolution: 0,
  })
  const underWay = new Map<string, Promise<Body>>()

  async function load(source: BodySource, maker: BodyMaker, key: string): Promise<Body> {
    const { bytes, isFinal } = await findOrMake(source, maker)
    const wrapped = await maker.wrap(bytes)
    const body = { bytes: wrapped, etag: etagOf(wrapped) }
    memory.set(key, body, isFinal ? {} : { ttl: UNFINISHED_MS })
    return body
  }

  async function findOrMake(source: BodySource, maker: BodyMaker): Promise<WrittenChat> {
    const stored = maker.isStored ? await findBody(store, source, maker.format) : undefined
    if (stored) return { bytes: await decompress(stored), isFinal: true }
    const made = await maker.make()
    if (maker.isStored && made.isFinal && store.hasRoom())
      await keep(source, maker.format, made.bytes).catch(onError)
    return made
  }

  async function keep(source: BodySource, format: string, bytes: Buffer): Promise<void> {
    await keepBody(store, source, format, { bytes: await compress(bytes), at: Date.now() })
  }

  /** Keyed: a tag that anybody could work out would tell whoever guesses the text that they are right. */
  function etagOf(bytes: Buffer): string {
    return `"${createHmac('sha256', store.secret).update(bytes).digest('base64url').slice(0, 32)}"`
  }

  return {
    async get(source, maker) {
      const key = `${source.revision} ${maker.format} ${maker.wrapping}`
      const kept = memory.get(key)
      if (kept) return kept
      // Readers of the same bytes wait for one making of them.
      const running = underWay.get(key)
      if (running) return running
      const loading = load(source, maker, key).finally(() => underWay.delete(key))
      underWay.set(key, loading)
      return loading
    },
  }
}

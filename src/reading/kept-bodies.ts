import { hash } from 'node:crypto'
import { type BodySource, findBody, keepBody } from '../storage/queries/bodies.ts'
import type { Soon } from '../soon.ts'
import type { Store } from '../storage/store.ts'

// Of a thousand shares that are read all day, answers of 60 kB each.
const MEMORY_BYTES = 64 * 1024 * 1024
const LARGEST_IN_MEMORY = MEMORY_BYTES / 8
const MOST_BODIES_OF_ONE = 16

/** Bytes that lack something for lack of time are made anew after so long. */
const UNFINISHED_MS = 60_000

/** Finished bytes of an answer, and the ETag that names exactly these. */
export interface Body {
  readonly bytes: Buffer
  readonly etag: string
}

/** How to make the bytes of a source in a format when nothing is kept. */
export interface BodyMaker {
  readonly format: string
  /** what goes around the kept bytes; told apart by `wrapping` */
  readonly wrapping: string | number
  wrap(kept: Buffer): Buffer | Promise<Buffer>
  /**
   * Makes the bytes from the messages as they are; tells which revision they turned out to be, as the chat may
   * have changed since it was asked for; and whether the bytes lack nothing. Those that do are never stored.
   */
  make(): Promise<{ source: BodySource; bytes: Buffer; isFinal: boolean }>
}

interface KeptSource {
  readonly revision: number
  /** one for each format and wrapping, the newest last; a page's wrapping has the address it was asked under */
  readonly bodies: {
    readonly format: string
    readonly wrapping: string | number
    readonly body: Body
    readonly until: number
  }[]
  readonly bytes: number
  wasUsed: boolean
}

export interface KeptBodies {
  get(source: BodySource, maker: BodyMaker): Soon<Body>
}

/**
 * Keeps finished bytes in memory, bounded by bytes, and behind it in the database, so that a read costs neither
 * rows nor serialising. Keyed by everything the bytes depend on.
 *
 * @param onError told when bytes can't be kept; readers get them all the same
 */
export function createKeptBodies(store: Store, onError: (error: unknown) => void): KeptBodies {
  // In the order in which they came; who was used since goes once more to the end instead of out.
  const memory = new Map<number, KeptSource>()
  const underWay = new Map<string, Promise<Body>>()
  // Not kept, but whoever is still being sent one shares it with those who come meanwhile.
  const large = new Map<string, { revision: number; etag: string; bytes: WeakRef<Buffer> }>()
  const forgotten = new FinalizationRegistry((key: string) => {
    if (large.get(key)?.bytes.deref() === undefined) large.delete(key)
  })
  let memoryBytes = 0

  function recall(source: BodySource, { format, wrapping }: BodyMaker): Body | undefined {
    const kept = memory.get(memoryKey(source))
    if (kept?.revision !== revisionOf(source)) return undefined
    // Moving it to the end at each use would make a table of the map every few reads, each holding on to the next.
    kept.wasUsed = true
    for (const one of kept.bodies) {
      if (one.format === format && one.wrapping === wrapping) {
        return one.until === Infinity || one.until > Date.now() ? one.body : undefined
      }
    }
    return undefined
  }

  function remember(source: BodySource, { format, wrapping }: BodyMaker, body: Body, until: number): void {
    const key = memoryKey(source)
    const revision = revisionOf(source)
    const known = memory.get(key)
    forget(key)
    const others = known?.revision === revision ? known.bodies : []
    const bodies = others.filter((one) => one.format !== format || one.wrapping !== wrapping)
    bodies.push({ format, wrapping, body, until })
    let bytes = bodies.reduce((sum, one) => sum + one.body.bytes.length, 0)
    // Asked for under ever new addresses, one chat must not push out all others.
    while (bodies.length > MOST_BODIES_OF_ONE || (bodies.length > 1 && bytes > LARGEST_IN_MEMORY)) {
      bytes -= bodies.shift()?.body.bytes.length ?? 0
    }
    memory.set(key, { revision, bodies, bytes, wasUsed: true })
    memoryBytes += bytes
    makeRoom()
  }

  function makeRoom(): void {
    for (const [key, kept] of memory) {
      if (memoryBytes <= MEMORY_BYTES || memory.size === 1) return
      if (kept.wasUsed) {
        kept.wasUsed = false
        memory.delete(key)
        memory.set(key, kept)
      } else {
        forget(key)
      }
    }
  }

  function forget(key: number): void {
    memoryBytes -= memory.get(key)?.bytes ?? 0
    memory.delete(key)
  }

  function rememberLarge(key: string, revision: number, { bytes, etag }: Body): void {
    large.set(key, { revision, etag, bytes: new WeakRef(bytes) })
    forgotten.register(bytes, key)
  }

  async function load(source: BodySource, maker: BodyMaker, key: string): Promise<Body> {
    const stored = await findBody(store, source, maker.format)
    const {
      source: found,
      bytes,
      isFinal,
    } = stored
      ? { source, bytes: Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength), isFinal: true }
      : await maker.make()
    if (!stored && isFinal) await keepBody(store, found, maker.format, bytes).catch(onError)
    const wrapped = await maker.wrap(bytes)
    const body = { bytes: wrapped, etag: `"${hash('sha256', wrapped, 'base64url').slice(0, 32)}"` }
    if (wrapped.length > LARGEST_IN_MEMORY) rememberLarge(key, revisionOf(found), body)
    else remember(found, maker, body, isFinal ? Infinity : Date.now() + UNFINISHED_MS)
    return body
  }

  return {
    get(source, maker) {
      const kept = recall(source, maker)
      if (kept) return kept
      const key = `${source.kind} ${source.id} ${maker.format} ${maker.wrapping}`
      const revision = revisionOf(source)
      const shared = large.get(key)
      const bytes = shared?.revision === revision ? shared.bytes.deref() : undefined
      if (shared && bytes) return { bytes, etag: shared.etag }
      // Readers of the same bytes wait for one making of them.
      const flight = `${key} ${revision}`
      const running = underWay.get(flight)
      if (running) return running
      const loading = load(source, maker, key).finally(() => underWay.delete(flight))
      underWay.set(flight, loading)
      return loading
    },
  }
}

/** Chats and snapshots are counted apart, and have numbers from 1. */
function memoryKey({ kind, id }: BodySource): number {
  return kind === 'chat' ? id : -id
}

/** A snapshot never changes: another snapshot is another source. */
function revisionOf(source: BodySource): number {
  return source.kind === 'chat' ? source.revision : 0
}

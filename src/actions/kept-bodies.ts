import { hash } from 'node:crypto'
import { type BodySource, findBody, keepBody } from '../storage/bodies.ts'
import type { Soon } from '../soon.ts'
import type { Store } from '../storage/store.ts'

const MEMORY_BYTES = 32 * 1024 * 1024
const LARGEST_IN_MEMORY = MEMORY_BYTES / 4

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
  readonly wrapping: string
  wrap(kept: Buffer): Buffer | Promise<Buffer>
  /**
   * Makes the bytes from the messages as they are; tells which revision they turned out to be, as the chat may
   * have changed since it was asked for; and whether the bytes lack nothing. Those that do are never stored.
   */
  make(): Promise<{ source: BodySource; bytes: Buffer; isFinal: boolean }>
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
  const memory = new Map<string, { revision: number; body: Body; until: number }>()
  const underWay = new Map<string, Promise<Body>>()
  // Not kept, but whoever is still being sent one shares it with those who come meanwhile.
  const large = new Map<string, { revision: number; etag: string; bytes: WeakRef<Buffer> }>()
  const forgotten = new FinalizationRegistry((key: string) => {
    if (large.get(key)?.bytes.deref() === undefined) large.delete(key)
  })
  let memoryBytes = 0

  function remember(key: string, revision: number, body: Body, until: number): void {
    forget(key)
    if (body.bytes.length > LARGEST_IN_MEMORY) {
      large.set(key, { revision, etag: body.etag, bytes: new WeakRef(body.bytes) })
      forgotten.register(body.bytes, key)
      return
    }
    memory.set(key, { revision, body, until })
    memoryBytes += body.bytes.length
    for (const oldest of memory.keys()) {
      if (memoryBytes <= MEMORY_BYTES) break
      forget(oldest)
    }
  }

  function forget(key: string): void {
    const entry = memory.get(key)
    if (!entry) return
    memory.delete(key)
    memoryBytes -= entry.body.bytes.length
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
    remember(key, revisionOf(found), body, isFinal ? Infinity : Date.now() + UNFINISHED_MS)
    return body
  }

  return {
    get(source, maker) {
      const key = `${source.kind} ${source.id} ${maker.format} ${maker.wrapping}`
      const revision = revisionOf(source)
      const kept = memory.get(key)
      if (kept?.revision === revision && (kept.until === Infinity || kept.until > Date.now())) {
        // The map's order is the order of use: what was used longest ago goes first.
        memory.delete(key)
        memory.set(key, kept)
        return kept.body
      }
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

/** A snapshot never changes: another snapshot is another source. */
function revisionOf(source: BodySource): number {
  return source.kind === 'chat' ? source.revision : 0
}

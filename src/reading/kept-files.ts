import { LRUCache } from 'lru-cache'
import { CHUNK_BYTES, readChunk, type StoredFile } from '../storage/queries/files.ts'
import type { Store } from '../storage/store.ts'
import type { FileVariant } from '../storage/tables.ts'
import { etagOf } from './kept-bodies.ts'
import { unpooled } from './unpooled.ts'

const MiB = 1024 * 1024
const MEMORY_BYTES = 32 * MiB
const MOST_IN_MEMORY = 5000
/** A screenshot; what is larger is read a chunk at a time, for each who asks. */
const LARGEST_IN_MEMORY = MiB

/** A file, or the smaller form of a picture, ready to be read. */
export interface OpenFile {
  readonly file: StoredFile
  readonly variant: FileVariant
  readonly mediaType: string
  readonly size: number
  readonly etag: string
}

/** Thrown when a file is removed while it is read. */
class FileGone extends Error {
  override readonly name = 'FileGone'
}

/**
 * Keeps the bytes of small files in memory, under the digest that they have: who may read them is decided before, anew each
 * time.
 */
export interface KeptFiles {
  /** @param variant `small` where there is a smaller form */
  open(file: StoredFile, variant: FileVariant): OpenFile
  /** All bytes of a small file; undefined for one that is read a chunk at a time. @throws FileGone */
  whole(open: OpenFile): Buffer | undefined | Promise<Buffer>
}

export function createKeptFiles({ read, secret }: Pick<Store, 'read' | 'secret'>): KeptFiles {
  const tags = new LRUCache<string, string>({ max: MOST_IN_MEMORY })
  const memory = new LRUCache<string, Buffer>({
    max: MOST_IN_MEMORY,
    maxSize: MEMORY_BYTES,
    sizeCalculation: ({ length }) => length + 1,
  })

  function tagOf(key: string): string {
    const known = tags.get(key)
    if (known !== undefined) return known
    const tag = etagOf({ secret }, key)
    tags.set(key, tag)
    return tag
  }

  async function readWhole(open: OpenFile, key: string): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    for await (const chunk of fileBytes({ read }, open)) chunks.push(chunk)
    const bytes = unpooled(...chunks)
    memory.set(key, bytes)
    return bytes
  }

  return {
    open(file, variant) {
      const small = variant === 'small' ? file.small : undefined
      const chosen = small ? 'small' : 'whole'
      return {
        file,
        variant: chosen,
        mediaType: small ? 'image/webp' : file.mediaType,
        size: small?.size ?? file.size,
        etag: tagOf(`${file.digest} ${chosen}`),
      }
    },
    whole(open) {
      if (open.size > LARGEST_IN_MEMORY) return undefined
      const key = `${open.file.digest} ${open.file.contentId} ${open.variant}`
      return memory.get(key) ?? readWhole(open, key)
    },
  }
}

/** The bytes of a file from one place to another, a chunk at a time. @param end behind the last one */
export async function* fileBytes(
  { read }: Pick<Store, 'read'>,
  { file, variant, size }: Pick<OpenFile, 'file' | 'variant' | 'size'>,
  start = 0,
  end = size,
): AsyncGenerator<Uint8Array> {
  for (let number = Math.floor(start / CHUNK_BYTES); number * CHUNK_BYTES < end; number++) {
    const chunk = await readChunk(read, file.contentId, variant, number)
    if (!chunk) throw new FileGone(`A file was removed while it was read.`)
    const first = number * CHUNK_BYTES
    yield chunk.subarray(Math.max(0, start - first), Math.min(chunk.length, end - first))
  }
}

import { createHmac } from 'node:crypto'
import { CHUNK_BYTES, findFile, readChunk, type StoredFile } from '../storage/queries/files.ts'
import type { FileVariant } from '../storage/tables.ts'
import type { ReadingContext } from './context.ts'
import type { Proofs } from './decide-view.ts'
import { names, wholeList } from './formats/named-files.ts'
import { bodyOf, readDecided } from './open-share.ts'
import type { ViewDecision } from './outcome-of.ts'

/** A file, or the smaller form of a picture, ready to be read. */
export interface OpenFile {
  readonly file: StoredFile
  readonly variant: FileVariant
  readonly mediaType: string
  readonly size: number
  readonly etag: string
}

/**
 * Opens a file for a reader of a share: under the decision that the share's page is under, and only where a message that
 * is shown names it. Where views are limited, the browser has to hold one that it was granted.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 * @returns the decision, and the file where the decision shows it
 */
export async function openSharedFile(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
  asked: { readonly id: string; readonly variant: FileVariant; readonly left: () => AbortSignal },
): Promise<{ readonly decision: ViewDecision; readonly file?: OpenFile | undefined }> {
  return readDecided(context, uuid, proofs, async (decision, read) => {
    const { share, source, isOwner, visitor } = decision
    if (decision.outcome !== 'show' || !share || !source) return { decision }
    if (share.maxViews !== null && !isOwner && !visitor.holdsView) return { decision }
    const { ownerId } = share
    const about = { view: undefined, ownerId, asker: () => proofs.from.address, left: asked.left }
    const body = await bodyOf(context, source, wholeList, about, read)
    if (!names(body, asked.id)) return { decision }
    const file = await findFile(context.store.read, ownerId, asked.id)
    return { decision, file: file && openFile(context, file, asked.variant) }
  })
}

/** What is read of a file. @param variant `small` where there is a smaller form */
export function openFile(
  { store }: Pick<ReadingContext, 'store'>,
  file: StoredFile,
  variant: FileVariant,
): OpenFile {
  const small = variant === 'small' ? file.small : undefined
  const chosen = small ? 'small' : 'whole'
  // Keyed as all ETags are: a plain digest would let anybody check a guess of the bytes.
  const tag = createHmac('sha256', store.secret).update(`${file.digest} ${chosen}`).digest('base64url')
  return {
    file,
    variant: chosen,
    mediaType: small ? 'image/webp' : file.mediaType,
    size: small?.size ?? file.size,
    etag: `"${tag.slice(0, 32)}"`,
  }
}

/** Thrown when a file is removed while it is read. */
class FileGone extends Error {
  override readonly name = 'FileGone'
}

/** All bytes of a file that is one chunk, as most pictures for small screens are; undefined for a larger one. */
export async function smallFileBytes(
  { store }: Pick<ReadingContext, 'store'>,
  { file, variant, size }: OpenFile,
): Promise<Buffer | undefined> {
  if (size > CHUNK_BYTES) return undefined
  const chunk = await readChunk(store.read, file.contentId, variant, 0)
  return chunk && Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}

/** The bytes of a file from one place to another, a chunk at a time. @param end behind the last one */
export async function* fileBytes(
  { store }: Pick<ReadingContext, 'store'>,
  { file, variant, size }: Pick<OpenFile, 'file' | 'variant' | 'size'>,
  start = 0,
  end = size,
): AsyncGenerator<Uint8Array> {
  for (let number = Math.floor(start / CHUNK_BYTES); number * CHUNK_BYTES < end; number++) {
    const chunk = await readChunk(store.read, file.contentId, variant, number)
    if (!chunk) throw new FileGone(`A file was removed while it was read.`)
    const first = number * CHUNK_BYTES
    yield chunk.subarray(Math.max(0, start - first), Math.min(chunk.length, end - first))
  }
}

import { hash } from 'node:crypto'
import { QueueFull } from '../../concurrency/fair-queue.ts'
import { cleanFileName } from '../../chats/file-name.ts'
import { pictureKindOf } from '../../pictures/picture-kind.ts'
import {
  findContent,
  findFile,
  insertContent,
  insertFile,
  type NewContent,
  type StoredFile,
} from '../../storage/queries/files.ts'
import type { Context } from '../context.ts'
import { checkAnyRoom, checkQuota } from '../quotas.ts'
import { Refusal } from '../refusal.ts'

/** A file as it came, whole. */
export interface ReceivedFile {
  readonly name: string | undefined
  /** what whoever sent it says it is; of pictures, the bytes tell */
  readonly mediaType: string | undefined
  readonly bytes: Uint8Array
  /** the chat for a message of which it was sent */
  readonly sentToChat?: number
}

const UNKNOWN_TYPE = 'application/octet-stream'
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]{1,100}$/

/**
 * Stores a file of an account: a picture decoded and encoded anew, all else as it is. Bytes that the account has already
 * only get another name.
 *
 * @param idOf the id that it gets, by its digest and the name it is kept under; one that is taken keeps what it has
 * @throws Refusal when it is a picture that can't be shown, or more than the account may store
 */
export async function storeFile(
  context: Context,
  userId: number,
  file: ReceivedFile,
  idOf: (digest: string, name: string) => string,
): Promise<StoredFile> {
  const { store } = context
  const sourceDigest = hash('sha256', file.bytes, 'base64url')
  const kind = pictureKindOf(file.bytes)
  const name = cleanFileName(file.name, kind ? `picture.${kind}` : 'file')
  const id = idOf(sourceDigest, name)
  const isKnown = (await findContent(store.read, userId, sourceDigest)) !== undefined
  const content = isKnown ? undefined : await contentOf(context, userId, file, sourceDigest)
  for (let tries = 1; ; tries++) {
    try {
      return await store.transaction(async (trx) => {
        const contentId =
          (await findContent(trx, userId, sourceDigest)) ??
          (await insertNew(
            context,
            trx,
            userId,
            content ?? (await contentOf(context, userId, file, sourceDigest)),
          ))
        await insertFile(trx, { userId, id, contentId, name, sentToChat: file.sentToChat }, context.now())
        const stored = await findFile(trx, userId, id)
        if (!stored) throw new Error('A file that was just stored is gone.')
        return stored
      })
    } catch (error) {
      const { dialect } = store
      // The same bytes came in, or were removed, or the account was, in this moment.
      const isRace = dialect.isUniqueViolation(error) || dialect.isForeignKeyViolation(error)
      if (!isRace) throw error
      if (tries === 2) throw new Refusal({ code: 'user-not-found' })
    }
  }
}

async function insertNew(
  context: Context,
  trx: Parameters<typeof insertContent>[0],
  userId: number,
  content: NewContent,
): Promise<number> {
  await checkQuota(context, trx, userId, { bytes: content.bytes.length + (content.small?.bytes.length ?? 0) })
  return insertContent(trx, userId, content, context.now())
}

async function contentOf(
  context: Context,
  userId: number,
  { mediaType, bytes }: ReceivedFile,
  sourceDigest: string,
): Promise<NewContent> {
  // What can't be stored needn't be encoded.
  await checkAnyRoom(context, userId)
  if (!pictureKindOf(bytes)) {
    const type = mediaType?.split(';')[0]?.trim().toLowerCase() ?? ''
    return {
      sourceDigest,
      digest: sourceDigest,
      mediaType: MEDIA_TYPE.test(type) ? type : UNKNOWN_TYPE,
      bytes,
    }
  }
  const picture = await context.pictures.encode(`user ${userId}`, bytes).catch((error: unknown) => {
    throw error instanceof QueueFull ? new Refusal({ code: 'busy' }) : error
  })
  if (picture === 'too-many-pixels') {
    const message = 'A picture may have at most 50 megapixels, in all its frames together. Make it smaller.'
    throw new Refusal({ code: 'too-large', message })
  }
  if (picture === 'unreadable') {
    throw new Refusal({
      code: 'invalid-input',
      part: 'body',
      issues: [
        { code: 'not_a_picture', message: 'This picture is damaged. Save it anew, and send that.', path: [] },
      ],
    })
  }
  return {
    sourceDigest,
    digest: hash('sha256', picture.bytes, 'base64url'),
    mediaType: picture.mediaType,
    bytes: picture.bytes,
    dimensions: { width: picture.width, height: picture.height },
    small: picture.small,
  }
}

import { hotQuery } from '../hot-query.ts'
import type { Queries, Store } from '../store.ts'
import type { FileVariant } from '../tables.ts'

/** Few enough that nobody waits for one to be read; divisible by three, so that each is base64 by itself. */
export const CHUNK_BYTES = 192 * 1024

/** A file as it is kept; its bytes are read apart. */
export interface StoredFile {
  readonly userId: number
  readonly id: string
  readonly contentId: number
  readonly name: string
  /** SHA-256 of its bytes, base64url */
  readonly digest: string
  readonly mediaType: string
  readonly size: number
  /** in pixels; there for pictures alone */
  readonly dimensions: { readonly width: number; readonly height: number } | undefined
  /** the picture for small screens, where there is one: WebP */
  readonly small: { readonly size: number; readonly width: number } | undefined
  readonly createdAt: number
}

/** What is in a file, to be kept. */
export interface NewContent {
  readonly sourceDigest: string
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly dimensions?: { readonly width: number; readonly height: number } | undefined
  readonly small?: { readonly bytes: Uint8Array; readonly width: number } | undefined
}

function selectFiles(db: Queries) {
  return db
    .selectFrom('files')
    .innerJoin('file_contents', 'file_contents.id', 'files.content_id')
    .select([
      'files.id',
      'files.content_id',
      'files.name',
      'files.created_at',
      'file_contents.digest',
      'file_contents.media_type',
      'file_contents.size',
      'file_contents.width',
      'file_contents.height',
      'file_contents.small_size',
      'file_contents.small_width',
    ])
}

type FileRow = Awaited<ReturnType<ReturnType<typeof selectFiles>['execute']>>[number]

function toFile(row: FileRow, userId: number): StoredFile {
  const { width, height, small_size: smallSize, small_width: smallWidth } = row
  return {
    userId,
    id: row.id,
    contentId: row.content_id,
    name: row.name,
    digest: row.digest,
    mediaType: row.media_type,
    size: row.size,
    dimensions: width !== null && height !== null ? { width, height } : undefined,
    small: smallSize !== null && smallWidth !== null ? { size: smallSize, width: smallWidth } : undefined,
    createdAt: row.created_at,
  }
}

export async function findFile(db: Queries, userId: number, id: string): Promise<StoredFile | undefined> {
  const row = await selectFiles(db)
    .where('files.user_id', '=', userId)
    .where('files.id', '=', id)
    .executeTakeFirst()
  return row && toFile(row, userId)
}

const selectFile = hotQuery({ userId: 'integer', id: 'text' }, (db, { userId, id }) =>
  selectFiles(db).where('files.user_id', '=', userId).where('files.id', '=', id),
)

/** The same, for whoever reads the file: a page may show a hundred. */
export async function findFileToRead(
  { hot }: Pick<Store, 'hot'>,
  userId: number,
  id: string,
): Promise<StoredFile | undefined> {
  const [row] = await hot.ask(selectFile, { userId, id })
  return row && toFile(row, userId)
}

const IDS_AT_ONCE = 500

/** Those of the files that are there, in the order of their ids. */
export async function listFiles(db: Queries, userId: number, ids: readonly string[]): Promise<StoredFile[]> {
  const files: StoredFile[] = []
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const some = ids.slice(start, start + IDS_AT_ONCE)
    const rows = await selectFiles(db)
      .where('files.user_id', '=', userId)
      .where('files.id', 'in', some)
      .execute()
    const found = new Map(rows.map((row) => [row.id, toFile(row, userId)]))
    files.push(...some.flatMap((id) => found.get(id) ?? []))
  }
  return files
}

/** @returns undefined when the file is gone */
export async function readChunk(
  db: Queries,
  contentId: number,
  variant: FileVariant,
  number: number,
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('file_chunks')
    .select('bytes')
    .where('content_id', '=', contentId)
    .where('variant', '=', variant)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.bytes
}

/** Forgets names of files; bytes without any are removed later. */
export async function deleteFiles(db: Queries, userId: number, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const some = ids.slice(start, start + IDS_AT_ONCE)
    await db.deleteFrom('files').where('user_id', '=', userId).where('id', 'in', some).execute()
  }
}

/** What the account has of these bytes already, as they were sent or as they are kept. */
export async function findContent(db: Queries, userId: number, digest: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('file_contents')
    .select('id')
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb('source_digest', '=', digest), eb('digest', '=', digest)]))
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

export async function insertContent(
  db: Queries,
  userId: number,
  content: NewContent,
  now: number,
): Promise<number> {
  const { bytes, small, dimensions, ...named } = content
  const facts = {
    ...named,
    dimensions,
    size: bytes.length,
    small: small && { size: small.bytes.length, width: small.width },
  }
  const id = await insertContentRow(db, userId, facts, now)
  await insertChunks(db, id, 'whole', bytes)
  if (small) await insertChunks(db, id, 'small', small.bytes)
  return id
}

async function insertContentRow(
  db: Queries,
  userId: number,
  content: Pick<StoredFile, 'digest' | 'mediaType' | 'size' | 'dimensions' | 'small'> & {
    readonly sourceDigest: string
  },
  now: number,
): Promise<number> {
  const { id } = await db
    .insertInto('file_contents')
    .values({
      user_id: userId,
      source_digest: content.sourceDigest,
      digest: content.digest,
      media_type: content.mediaType,
      size: content.size,
      width: content.dimensions?.width ?? null,
      height: content.dimensions?.height ?? null,
      small_size: content.small?.size ?? null,
      small_width: content.small?.width ?? null,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Gives an account what another one has. @returns the content's id there */
export async function copyContent(
  db: Queries,
  userId: number,
  file: StoredFile,
  now: number,
): Promise<number> {
  // Which bytes it was made of is its first owner's to know.
  const id = await insertContentRow(db, userId, { ...file, sourceDigest: file.digest }, now)
  await db
    .insertInto('file_chunks')
    .columns(['content_id', 'variant', 'number', 'bytes'])
    .expression((eb) =>
      eb
        .selectFrom('file_chunks')
        .select((select) => [select.val(id).as('content_id'), 'variant', 'number', 'bytes'])
        .where('content_id', '=', file.contentId),
    )
    .execute()
  return id
}

async function insertChunks(
  db: Queries,
  contentId: number,
  variant: FileVariant,
  bytes: Uint8Array,
): Promise<void> {
  for (let number = 0; number * CHUNK_BYTES < bytes.length; number++) {
    const chunk = bytes.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES)
    await db
      .insertInto('file_chunks')
      .values({ content_id: contentId, variant, number, bytes: chunk })
      .execute()
  }
}

/** Gives bytes that the account has a name to be found by; a name that is taken stays what it is. */
export async function insertFile(
  db: Queries,
  file: {
    readonly userId: number
    readonly id: string
    readonly contentId: number
    readonly name: string
    /** the chat for a message of which it was sent */
    readonly sentToChat?: number | undefined
  },
  now: number,
): Promise<void> {
  const sent = {
    created_at: now,
    looked_for_at: now,
    ...(file.sentToChat === undefined ? {} : { sent_to_chat: file.sentToChat }),
  }
  await db
    .insertInto('files')
    .values({
      user_id: file.userId,
      id: file.id,
      content_id: file.contentId,
      name: file.name,
      ...sent,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'id']).doUpdateSet(sent))
    .execute()
}

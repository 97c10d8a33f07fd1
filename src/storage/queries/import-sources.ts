import type { Selectable } from 'kysely'
import type { Queries, Store } from '../store.ts'
import type { Tables } from '../tables.ts'

/** Which conversation elsewhere a chat came from, and what it was when it came in last. */
export interface ImportSource {
  readonly userId: number
  readonly sourceKey: string
  readonly chatId: number
  /** as imported; the owner may have renamed the chat since */
  readonly name: string
  /** of the messages as imported; the owner may have changed them since */
  readonly messagesDigest: string
}

function toSource(row: Selectable<Tables['import_sources']>): ImportSource {
  return {
    userId: row.user_id,
    sourceKey: row.source_key,
    chatId: row.chat_id,
    name: row.name,
    messagesDigest: row.messages_digest,
  }
}

/** Those of the keys that are known, in no order. */
export async function findImportSources(
  db: Queries,
  userId: number,
  sourceKeys: readonly string[],
): Promise<ImportSource[]> {
  const rows = await db
    .selectFrom('import_sources')
    .selectAll()
    .where('user_id', '=', userId)
    .where('source_key', 'in', sourceKeys)
    .execute()
  return rows.map(toSource)
}

/** Which conversation a chat came from; undefined where it is no chat of theirs, or wasn't imported. */
export async function findImportSourceOfChat(
  db: Queries,
  userId: number,
  chatId: number,
): Promise<ImportSource | undefined> {
  const row = await db
    .selectFrom('import_sources')
    .selectAll()
    .where('user_id', '=', userId)
    .where('chat_id', '=', chatId)
    .executeTakeFirst()
  return row && toSource(row)
}

/** The source of a key, and keeps other imports from it until the transaction ends. */
export async function findImportSourceForChange(
  store: Store,
  trx: Queries,
  userId: number,
  sourceKey: string,
): Promise<ImportSource | undefined> {
  const query = trx
    .selectFrom('import_sources')
    .selectAll()
    .where('user_id', '=', userId)
    .where('source_key', '=', sourceKey)
  const row = await store.dialect.lockRows(query).executeTakeFirst()
  return row && toSource(row)
}

/** Fails when the user has another chat of that source. */
export async function insertImportSource(db: Queries, source: ImportSource, now: number): Promise<void> {
  await db
    .insertInto('import_sources')
    .values({
      user_id: source.userId,
      source_key: source.sourceKey,
      chat_id: source.chatId,
      name: source.name,
      messages_digest: source.messagesDigest,
      imported_at: now,
    })
    .execute()
}

export async function updateImportSource(
  db: Queries,
  source: Pick<ImportSource, 'userId' | 'sourceKey'>,
  change: Pick<ImportSource, 'name' | 'messagesDigest'>,
  now: number,
): Promise<void> {
  await db
    .updateTable('import_sources')
    .set({ name: change.name, messages_digest: change.messagesDigest, imported_at: now })
    .where('user_id', '=', source.userId)
    .where('source_key', '=', source.sourceKey)
    .execute()
}

/** Where a user's chats came from, as keys begin. */
export async function listSourceKinds(db: Queries, userId: number): Promise<string[]> {
  const kinds: string[] = []
  for (let after = ''; ;) {
    // One look at the index for each kind, however many chats there are.
    const row = await db
      .selectFrom('import_sources')
      .select('source_key')
      .where('user_id', '=', userId)
      .where('source_key', '>=', after)
      .orderBy('source_key')
      .limit(1)
      .executeTakeFirst()
    const kind = row?.source_key.split(':')[0]
    if (kind === undefined) return kinds
    kinds.push(kind)
    // What follows a colon.
    after = `${kind};`
  }
}

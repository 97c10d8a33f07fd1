import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileIdsIn } from '../../chats/file-references.ts'
import type { Queries, Store } from '../store.ts'

/** A file that no message names stays so long: it may have been sent for a message that is still being written. */
export const UNNAMED_STAYS_MS = 24 * 60 * 60 * 1000

/** So long an import may take to store the messages that name its files. */
const NEW_MS = 10 * 60 * 1000

/** An account whose files were not looked for since. */
async function findAccount(db: Queries, before: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('files')
    .select('user_id')
    .where('looked_for_at', '<', before)
    .orderBy('looked_for_at')
    .limit(1)
    .executeTakeFirst()
  return row?.user_id
}

/**
 * Has an account's files looked for soon: something was deleted that may have named them. One that was sent for a
 * message of a chat that is there, or may be had back, has its day for that.
 */
export async function lookForFilesSoon(db: Queries, userId: number, now: number): Promise<void> {
  const mine = db.updateTable('files').where('user_id', '=', userId)
  const chats = db.selectFrom('chats').select('chats.id').where('chats.user_id', 'in', ownersOf(db, userId))
  const isBefore = now - NEW_MS
  await mine
    .set({ looked_for_at: 0 })
    .where((eb) =>
      eb.or([
        eb('created_at', '<', now - UNNAMED_STAYS_MS),
        eb.and([eb('sent_to_chat', 'is not', null), eb('sent_to_chat', 'not in', chats)]),
        eb.and([eb('sent_to_chat', 'is', null), eb('created_at', '<', isBefore)]),
      ]),
    )
    .execute()
  // What comes with an import is there before the messages that name it.
  await mine
    .set((eb) => ({ looked_for_at: eb('created_at', '+', NEW_MS - UNNAMED_STAYS_MS) }))
    .where('sent_to_chat', 'is', null)
    .where('created_at', '>=', isBefore)
    .execute()
}

/** Has files looked for that were named where they are named no more. @param notBefore until when that may be taken back */
export async function lookForFiles(
  db: Queries,
  userId: number,
  ids: readonly string[],
  notBefore: number,
): Promise<void> {
  for (let start = 0; start < ids.length; start += 500) {
    await db
      .updateTable('files')
      .set({ looked_for_at: notBefore - UNNAMED_STAYS_MS })
      .where('user_id', '=', userId)
      .where('id', 'in', ids.slice(start, start + 500))
      .execute()
  }
}

/** Whether there may be something to remove. */
export async function mayHaveUnnamed(db: Queries, now: number): Promise<boolean> {
  return (await findAccount(db, now - UNNAMED_STAYS_MS)) !== undefined
}

/**
 * Looks for one account's files in all of its messages, and removes those that none names any more.
 *
 * @returns false when no account has files that were not looked for in the last day
 */
export async function removeUnnamed(store: Store, now: number): Promise<boolean> {
  const before = now - UNNAMED_STAYS_MS
  const userId = await findAccount(store.read, before)
  if (userId === undefined) return false
  const { named, revisions } = await namedIn(store, userId)
  await store.smallTransaction(async (trx) => {
    // What was written meanwhile may name one that nothing named before.
    const changed = [...(await revisionsOf(trx, userId))].filter(([key, now]) => revisions.get(key) !== now)
    for (const [key] of changed) for (const id of await idsIn(trx, key)) named.add(id)
    const old = await trx
      .selectFrom('files')
      .select('id')
      .where('user_id', '=', userId)
      .where('looked_for_at', '<', before)
      .execute()
    const unnamed = old.map(({ id }) => id).filter((id) => !named.has(id))
    for (let start = 0; start < unnamed.length; start += 500) {
      const some = unnamed.slice(start, start + 500)
      await trx.deleteFrom('files').where('user_id', '=', userId).where('id', 'in', some).execute()
    }
    await trx
      .updateTable('files')
      .set({ looked_for_at: now })
      .where('user_id', '=', userId)
      .where('looked_for_at', '<', before)
      .execute()
  })
  await removeNamelessContents(store, userId)
  return true
}

/** Removes bytes that no file has any more. */
export async function removeNamelessContents(
  { counters, dialect }: Pick<Store, 'counters' | 'dialect'>,
  userId: number,
): Promise<void> {
  for (;;) {
    const { id } =
      (await counters
        .selectFrom('file_contents')
        .select('id')
        .where('user_id', '=', userId)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom('files').select('files.id').whereRef('files.content_id', '=', 'file_contents.id'),
            ),
          ),
        )
        .limit(1)
        .executeTakeFirst()) ?? {}
    if (id === undefined) return
    try {
      await counters.deleteFrom('file_contents').where('id', '=', id).execute()
    } catch (error) {
      // It has got a file in this moment.
      if (!dialect.isForeignKeyViolation(error)) throw error
    }
    await nextTurn()
  }
}

/** The account, and those that have what it deleted and may have back. */
function ownersOf(db: Queries, userId: number) {
  return db
    .selectFrom('users')
    .select('id')
    .where((eb) =>
      eb.or([
        eb('id', '=', userId),
        eb(
          'id',
          'in',
          eb.selectFrom('deleted_users').select('deleted_users.user_id').where('restorable_by', '=', userId),
        ),
      ]),
    )
}

/** `chat 7` or `snapshot 3`, and the revision that it has. */
async function revisionsOf(db: Queries, userId: number): Promise<Map<string, string>> {
  const chats = await db
    .selectFrom('chats')
    .select(['id', 'revision'])
    .where('user_id', 'in', ownersOf(db, userId))
    .execute()
  const snapshots = await db
    .selectFrom('snapshots')
    .innerJoin('shares', 'shares.id', 'snapshots.share_id')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .select(['snapshots.id', 'snapshots.revision'])
    .where('chats.user_id', 'in', ownersOf(db, userId))
    .execute()
  return new Map([
    ...chats.map(({ id, revision }): [string, string] => [`chat ${id}`, revision]),
    ...snapshots.map(({ id, revision }): [string, string] => [`snapshot ${id}`, revision]),
  ])
}

async function namedIn(
  { read }: Store,
  userId: number,
): Promise<{ named: Set<string>; revisions: Map<string, string> }> {
  const revisions = await revisionsOf(read, userId)
  const named = new Set<string>()
  for (const key of revisions.keys()) {
    for (const id of await idsIn(read, key)) named.add(id)
    await nextTurn()
  }
  return { named, revisions }
}

async function idsIn(db: Queries, key: string): Promise<string[]> {
  const [kind, id = ''] = key.split(' ')
  const rows =
    kind === 'chat'
      ? await db
          .selectFrom('messages')
          .select('content')
          .where('chat_id', '=', Number(id))
          .where('content', 'like', '%file:%')
          .execute()
      : await db
          .selectFrom('snapshot_messages')
          .select('content')
          .where('snapshot_id', '=', Number(id))
          .where('content', 'like', '%file:%')
          .execute()
  return rows.flatMap(({ content }) => fileIdsIn(content))
}

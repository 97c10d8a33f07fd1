import type { Queries } from '../../store.ts'

/** Somebody who asks an owner to be let in to a share. */
export interface AccessRequest {
  readonly id: number
  readonly shareId: number
  readonly chatId: number
  readonly chatName: string
  readonly email: string
  /** epoch milliseconds */
  readonly askedAt: number
}

/** Writes a request down. @returns false when there is one of after `since` already */
export async function insertRequest(
  trx: Queries,
  request: { readonly shareId: number; readonly email: string; readonly now: number; readonly since: number },
): Promise<boolean> {
  const { shareId, email, now, since } = request
  const row = await trx
    .insertInto('access_requests')
    .values({ share_id: shareId, email, asked_at: now, is_open: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['share_id', 'email'])
        .doUpdateSet({ asked_at: now, is_open: 1 })
        .where('access_requests.asked_at', '<=', since),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Open requests for an owner's shares, the latest first. */
export async function listRequests(db: Queries, userId: number, limit: number): Promise<AccessRequest[]> {
  const rows = await ofOwner(db, userId).orderBy('access_requests.asked_at', 'desc').limit(limit).execute()
  return rows.map(toRequest)
}

export async function findRequest(
  db: Queries,
  userId: number,
  id: number,
): Promise<AccessRequest | undefined> {
  const row = await ofOwner(db, userId).where('access_requests.id', '=', id).executeTakeFirst()
  return row && toRequest(row)
}

function ofOwner(db: Queries, userId: number) {
  return db
    .selectFrom('access_requests')
    .innerJoin('shares', 'shares.id', 'access_requests.share_id')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .select([
      'access_requests.id',
      'access_requests.share_id',
      'access_requests.email',
      'access_requests.asked_at',
      'chats.id as chat_id',
      'chats.name as chat_name',
    ])
    .where('chats.user_id', '=', userId)
    .where('access_requests.is_open', '=', 1)
}

function toRequest(row: {
  id: number
  share_id: number
  chat_id: number
  chat_name: string
  email: string
  asked_at: number
}): AccessRequest {
  return {
    id: row.id,
    shareId: row.share_id,
    chatId: row.chat_id,
    chatName: row.chat_name,
    email: row.email,
    askedAt: row.asked_at,
  }
}

/** The owner has seen to it; it stays, so that it isn't made again at once. */
export async function closeRequest(db: Queries, id: number): Promise<void> {
  await db.updateTable('access_requests').set({ is_open: 0 }).where('id', '=', id).execute()
}

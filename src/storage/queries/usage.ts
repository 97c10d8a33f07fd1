import { sql } from 'kysely'
import { repeatedStatement } from '../repeated-statement.ts'
import type { Queries, Store } from '../store.ts'

/** What an account has stored. */
export interface Usage {
  readonly chats: number
  readonly shares: number
  /** of messages' texts, in chats and in snapshots, and of files */
  readonly bytes: number
}

const sumChats = repeatedStatement({ userId: 'integer' }, (db, { userId }) =>
  db
    .selectFrom('chats')
    .select((eb) => [
      eb.fn.countAll<number>().as('chats'),
      eb.fn.coalesce(eb.fn.sum<number>('content_bytes'), sql.lit(0)).as('bytes'),
    ])
    .where('user_id', '=', userId),
)

const sumShares = repeatedStatement({ userId: 'integer' }, (db, { userId }) =>
  db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
    .select((eb) => [
      eb.fn.count<number>('shares.id').as('shares'),
      eb.fn.coalesce(eb.fn.sum<number>('snapshots.content_bytes'), sql.lit(0)).as('bytes'),
    ])
    .where('chats.user_id', '=', userId),
)

const sumFiles = repeatedStatement({ userId: 'integer' }, (db, { userId }) =>
  db
    .selectFrom('file_contents')
    .select((eb) => [
      eb.fn
        .coalesce(eb.fn.sum<number>(eb('size', '+', eb.fn.coalesce('small_size', sql.lit(0)))), sql.lit(0))
        .as('bytes'),
    ])
    .where('user_id', '=', userId),
)

/** The same, after which nobody else who asks so stores anything for the account until the transaction ends. */
export async function findUsageForChange(store: Store, trx: Queries, userId: number): Promise<Usage> {
  const account = trx.selectFrom('users').select('id').where('id', '=', userId)
  await store.dialect.lockRowsAlone(account).execute()
  return findUsage(trx, userId)
}

export async function findUsage(db: Queries, userId: number): Promise<Usage> {
  const [ofChats] = await sumChats(db, { userId })
  const [ofShares] = await sumShares(db, { userId })
  const [ofFiles] = await sumFiles(db, { userId })
  return {
    chats: ofChats?.chats ?? 0,
    shares: ofShares?.shares ?? 0,
    bytes: (ofChats?.bytes ?? 0) + (ofShares?.bytes ?? 0) + (ofFiles?.bytes ?? 0),
  }
}

import type { Queries } from '../store.ts'

/** What an account has stored. */
export interface Usage {
  readonly chats: number
  readonly shares: number
  /** of messages' texts, in chats and in snapshots, and of files */
  readonly bytes: number
}

export async function findUsage(db: Queries, userId: number): Promise<Usage> {
  const { chats, bytes } = await db
    .selectFrom('chats')
    .select((eb) => [
      eb.fn.countAll<number>().as('chats'),
      eb.fn.coalesce(eb.fn.sum<number>('content_bytes'), eb.val(0)).as('bytes'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  const { shares, snapshots } = await db
    .selectFrom('shares')
    .innerJoin('chats', 'chats.id', 'shares.chat_id')
    .leftJoin('snapshots', 'snapshots.share_id', 'shares.id')
    .select((eb) => [
      eb.fn.count<number>('shares.id').as('shares'),
      eb.fn.coalesce(eb.fn.sum<number>('snapshots.content_bytes'), eb.val(0)).as('snapshots'),
    ])
    .where('chats.user_id', '=', userId)
    .executeTakeFirstOrThrow()
  const { files } = await db
    .selectFrom('file_contents')
    .select((eb) => [
      eb.fn
        .coalesce(eb.fn.sum<number>(eb('size', '+', eb.fn.coalesce('small_size', eb.val(0)))), eb.val(0))
        .as('files'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return { chats, shares, bytes: bytes + snapshots + files }
}

import type { Queries } from '../../store.ts'

/** Writes down who is invited to a share. @returns those who weren't before */
export async function insertInvitations(
  trx: Queries,
  share: { readonly shareId: number; readonly userId: number },
  emails: readonly string[],
  now: number,
): Promise<string[]> {
  const { shareId, userId } = share
  const rows = await trx
    .insertInto('invitations')
    .values(emails.map((email) => ({ share_id: shareId, email, user_id: userId, invited_at: now })))
    .onConflict((conflict) => conflict.columns(['share_id', 'email']).doNothing())
    .returning('email')
    .execute()
  return rows.map(({ email }) => email)
}

/** How many an owner has invited since then, and when the first of these was; epoch milliseconds. */
export async function countInvitations(
  trx: Queries,
  userId: number,
  since: number,
): Promise<{ readonly count: number; readonly first: number }> {
  const row = await trx
    .selectFrom('invitations')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('invited_at').as('first')])
    .where('user_id', '=', userId)
    .where('invited_at', '>', since)
    .executeTakeFirstOrThrow()
  return { count: row.count, first: row.first ?? since }
}

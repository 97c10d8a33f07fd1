import type { Queries } from '../store.ts'

/** Who somebody is at a sign-on service: `subject` is the service's own name for them, which never changes. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** The account that an identity opens. */
export async function findUserOfIdentity(
  db: Queries,
  { issuer, subject }: Identity,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('user_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.user_id
}

/** Lets an identity open an account. @returns false where it opens one already */
export async function insertIdentity(
  db: Queries,
  { issuer, subject, userId, now }: Identity & { readonly userId: number; readonly now: number },
): Promise<boolean> {
  const row = await db
    .insertInto('identities')
    .values({ issuer, subject, user_id: userId, created_at: now })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteIdentitiesOf(db: Queries, userId: number): Promise<void> {
  await db.deleteFrom('identities').where('user_id', '=', userId).execute()
}

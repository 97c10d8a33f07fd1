import { newAccessToken } from '../../secrets/access-token.ts'
import { tokenHash } from '../../secrets/tokens.ts'
import {
  type AccessToken,
  countTokens,
  deleteToken,
  insertToken,
  listTokens as listStoredTokens,
  type TokenScope,
} from '../../storage/queries/access-tokens.ts'
import type { Context, Session } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { lockOwnAccount } from './require-session.ts'

export type { AccessToken }

const MOST_TOKENS = 100

export interface NewToken {
  readonly name: string
  readonly scope: TokenScope
  /** null: never */
  readonly expiresAt: number | null
}

/**
 * Makes a token with which a program acts for the account. Its text is told here and never again: the store keeps its
 * digest.
 *
 * @throws Refusal when it would have expired already, or the account has too many
 */
export async function createToken(
  context: Context,
  session: Pick<Session, 'userId' | 'tokenHash'>,
  { name, scope, expiresAt }: NewToken,
  by: Actor,
): Promise<{ token: AccessToken; text: string }> {
  const { userId } = session
  const now = context.now()
  if (expiresAt !== null && expiresAt <= now) {
    throw invalidBody('expires_at', 'expires_at is in the past; give a time in the future.')
  }
  const text = newAccessToken()
  const token = await context.store.transaction(async (trx) => {
    await lockOwnAccount(context, trx, session)
    if ((await countTokens(trx, userId)) >= MOST_TOKENS) {
      const message = `Your account has ${MOST_TOKENS} tokens, and may have no more. Revoke some that you don't use.`
      throw new Refusal({ code: 'too-large', message })
    }
    await record(context, trx, { userId, kind: 'token-created', by, detail: scope })
    return insertToken(trx, { userId, tokenHash: tokenHash(text), name, scope, expiresAt, now })
  })
  return { token, text }
}

/** The account's tokens, the newest first. */
export function listTokens({ store }: Context, userId: number): Promise<AccessToken[]> {
  return listStoredTokens(store.read, userId)
}

/** Ends a token at once. @throws Refusal when the account has no such token */
export async function revokeToken(context: Context, userId: number, id: number, by: Actor): Promise<void> {
  await context.store.smallTransaction(async (trx) => {
    const name = await deleteToken(trx, userId, id)
    if (name === undefined) throw new Refusal({ code: 'token-not-found' })
    await record(context, trx, { userId, kind: 'token-revoked', by })
  })
}

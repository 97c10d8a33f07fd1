import {
  COMMON_PASSWORD,
  isCommonPassword,
  MAX_PASSWORD_LENGTH,
  MIN_ACCOUNT_PASSWORD_LENGTH,
  normalisePassword,
  PASSWORD_RULE,
} from '../../accounts/password.ts'
import type { PasswordHasher } from '../../secrets/password-hasher.ts'
import { deleteTokensOf } from '../../storage/queries/access-tokens.ts'
import { deletePasskeysOf } from '../../storage/queries/passkeys.ts'
import { deleteWebhooksOf } from '../../storage/queries/webhooks.ts'
import { deleteSessionsOf } from '../../storage/queries/sessions.ts'
import type { Store } from '../../storage/store.ts'
import {
  deleteUser,
  findUserByEmail,
  insertUser,
  listUsers,
  updateUser,
  type User,
} from '../../storage/queries/users.ts'
import { operator, record } from '../events.ts'
import { readEmail } from '../read-input.ts'
import { NO_PASSWORD } from './take-over.ts'

/** What an operator may do to accounts: no session, no limits on tries, whatever sign-up says. */
export interface Operation {
  readonly store: Store
  readonly hasher: PasswordHasher
  readonly now: () => number
}

/** Thrown with a sentence for the operator. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/**
 * Adds an account whose email counts as verified: the operator knows whose it is.
 *
 * @param password undefined where nobody signs in with one
 */
export async function addAccount(
  operation: Operation,
  email: string,
  password: string | undefined,
): Promise<User> {
  const normalised = readEmail(email)
  const passwordHash = password === undefined ? NO_PASSWORD : await hashNew(operation, email, password)
  const now = operation.now()
  const user = await insertUser(operation.store.write, {
    email: normalised,
    passwordHash,
    verifiedAt: now,
    now,
  })
  if (!user) throw new OperatorError(`${email} has an account already.`)
  return user
}

/** All accounts, the newest last. */
export function listAccounts(operation: Operation): Promise<User[]> {
  return listUsers(operation.store.read)
}

export async function verifyAccount(operation: Operation, email: string): Promise<User> {
  const normalised = readEmail(email)
  return operation.store.transaction(async (trx) => {
    // Within one transaction: the email that is verified is the one that was named.
    const user = await findUserByEmail(trx, normalised)
    if (!user) throw new OperatorError(`${email} has no account here.`)
    const now = operation.now()
    await updateUser(trx, user.id, { verifiedAt: now, formerEmail: null }, now)
    await record(operation, trx, { userId: user.id, kind: 'email-verified', by: operator })
    return user
  })
}

/** Sets a new password and ends all else that opens the account or tells of it: sessions, tokens, passkeys, webhooks. */
export async function resetPassword(operation: Operation, email: string, password: string): Promise<User> {
  const user = await getAccountByEmail(operation, email)
  const passwordHash = await hashNew(operation, email, password)
  await operation.store.transaction(async (trx) => {
    await updateUser(trx, user.id, { passwordHash }, operation.now())
    await deleteSessionsOf(trx, user.id)
    await deleteTokensOf(trx, user.id)
    await deletePasskeysOf(trx, user.id)
    await deleteWebhooksOf(trx, user.id)
    await record(operation, trx, { userId: user.id, kind: 'password-changed', by: operator })
  })
  return user
}

/** Deletes the account with all its chats and shares. */
export async function deleteAccountByEmail(operation: Operation, email: string): Promise<User> {
  const user = await getAccountByEmail(operation, email)
  await operation.store.transaction((trx) => deleteUser(trx, user.id, operation.now()))
  return user
}

/** @throws OperatorError when the email has no account */
export async function getAccountByEmail(operation: Operation, email: string): Promise<User> {
  const user = await findUserByEmail(operation.store.read, readEmail(email))
  if (!user) throw new OperatorError(`${email} has no account here.`)
  return user
}

async function hashNew(operation: Operation, email: string, text: string): Promise<string> {
  const password = normalisePassword(text)
  if (password.length < MIN_ACCOUNT_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw new OperatorError(PASSWORD_RULE)
  }
  if (isCommonPassword(password, email)) throw new OperatorError(COMMON_PASSWORD)
  return operation.hasher.hash(password, 'operator', undefined)
}

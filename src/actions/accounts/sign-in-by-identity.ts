import { normaliseEmail } from '../../accounts/email.ts'
import { findUserOfIdentity, insertIdentity } from '../../storage/queries/identities.ts'
import {
  findUserByEmail,
  findUserForChange,
  insertUser,
  updateUser,
  type User,
} from '../../storage/queries/users.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Origin } from '../context.ts'
import { actorWith, record } from '../events.ts'
import { Refusal } from '../refusal.ts'
import { countSignUp } from './count-sign-up.ts'
import { findProvedAccount } from './find-proved-account.ts'
import type { SignOnClaims } from './single-sign-on.ts'
import { startSession, type StartedSession } from './start-session.ts'
import { NO_PASSWORD } from './take-over.ts'

const DETAIL = 'single sign-on'

/**
 * Signs in whoever the sign-on service vouches for: into the account that their identity opened before, the one that
 * has their verified email, or a new one.
 *
 * @throws Refusal when the service tells no email, when somebody else's account has an email that it hasn't verified,
 * when there is no account and none is to be made, and when this address asked for too many
 */
export async function signInByIdentity(
  context: Context,
  claims: SignOnClaims,
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  if (await needsAccount(context, claims)) await countSignUp(context, from)
  const signIn = () => openAccount(context, claims, presentedHash, from)
  return signIn().catch((error: unknown) => {
    // An account with the email was made in the same moment, perhaps by the same person: now it is there.
    if (error instanceof Refusal && error.reason.code === 'email-taken') return signIn()
    throw error
  })
}

/** Whether an account is about to be made: for who comes for the first time, and has none or gets one of their own. */
async function needsAccount({ store, policy }: Context, claims: SignOnClaims): Promise<boolean> {
  if (policy.signUp === 'closed' || (await findUserOfIdentity(store.read, claims)) !== undefined) return false
  const email = claims.email === undefined ? undefined : normaliseEmail(claims.email)
  if (email === undefined) return false
  const present = await findUserByEmail(store.read, email)
  return !present || (claims.isEmailVerified && !present.isVerified && present.formerEmail !== null)
}

async function openAccount(
  context: Context,
  claims: SignOnClaims,
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  return context.store.transaction(async (trx) => {
    const known = await findUserOfIdentity(trx, claims)
    const user = known === undefined ? undefined : await findUserForChange(context.store, trx, known)
    // Somebody else may have taken the account over before it was locked, which ends this way into it.
    if (user && (await findUserOfIdentity(trx, claims)) === user.id) {
      await noteVerified(context, trx, user, claims, from)
      return startSession(context, trx, user, presentedHash, from, 'signed-in', { detail: DETAIL })
    }
    const { account, isNew } = await meetAccount(context, trx, claims, from)
    await insertIdentity(trx, { ...claims, userId: account.id, now: context.now() })
    const kind = isNew ? 'account-created' : 'signed-in'
    return startSession(context, trx, account, presentedHash, from, kind, { detail: DETAIL })
  })
}

/** The service has verified by now what it hadn't when the account was made. */
async function noteVerified(
  context: Context,
  trx: Queries,
  user: User,
  { email, isEmailVerified }: SignOnClaims,
  from: Origin,
): Promise<void> {
  const isNews = isEmailVerified && !user.isVerified && email !== undefined
  if (!isNews || normaliseEmail(email) !== user.email) return
  await updateUser(trx, user.id, { verifiedAt: context.now() }, context.now())
  const by = actorWith(undefined, from.client)
  await record(context, trx, { userId: user.id, kind: 'email-verified', by, detail: DETAIL })
}

/** The account of an identity that comes for the first time. */
async function meetAccount(
  context: Context,
  trx: Queries,
  claims: SignOnClaims,
  from: Origin,
): Promise<{ account: User; isNew: boolean }> {
  const email = claims.email === undefined ? undefined : normaliseEmail(claims.email)
  if (email === undefined) throw new Refusal({ code: 'sign-on-without-email' })
  // Anyone may write any email into a profile: only one that the service has verified meets an account.
  const mayMakeAccount = context.policy.signUp !== 'closed'
  const present = claims.isEmailVerified
    ? await findProvedAccount(context, trx, email, actorWith(undefined, from.client), mayMakeAccount)
    : await findUserByEmail(trx, email)
  if (present && !claims.isEmailVerified) throw new Refusal({ code: 'sign-on-email-unverified', email })
  if (present) return { account: present, isNew: false }

  if (!mayMakeAccount) throw new Refusal({ code: 'sign-up-closed' })
  const now = context.now()
  const verifiedAt = claims.isEmailVerified ? now : null
  const account = await insertUser(trx, { email, passwordHash: NO_PASSWORD, verifiedAt, now })
  if (!account) throw new Refusal({ code: 'email-taken' })
  return { account, isNew: true }
}

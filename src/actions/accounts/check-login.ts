import { normalisePassword } from '../../accounts/password.ts'
import { ADDRESS_LOGINS, EMAIL_LANE } from '../../sharing/limits.ts'
import { findTries, giveTryBack, takeTry } from '../../storage/queries/tries.ts'
import type { Context, Origin } from '../context.ts'
import { createOneAtATime } from '../../concurrency/one-at-a-time.ts'
import { Refusal } from '../refusal.ts'

const NO_LIMIT = 1_000_000

// An address's tries go one by one: many people behind it who sign in at once don't use up its limit while they are
// right.
const tries = createOneAtATime()

/**
 * Compares an account's password under the limits on tries: each address has a few wrong ones, and an email that
 * was tried often is slowed, whether or not it has an account.
 *
 * @param stored the account's password hash; undefined without an account, which takes as long
 * @throws Refusal when there were too many tries
 */
export async function checkLogin(
  context: Context,
  login: { email: string; password: string; stored: string | undefined },
  from: Origin,
): Promise<boolean> {
  const { store } = context
  const ofAddress = `login from ${from.address}`
  const ofEmail = `login to ${login.email}`
  const atEmail = { limit: NO_LIMIT, windowMs: EMAIL_LANE.windowMs }

  const used = await findTries(store, ofAddress, ADDRESS_LOGINS, context.now())
  if (used.count >= ADDRESS_LOGINS.limit) throw tooMany(used.expiresAt - context.now())
  const tried = await findTries(store, ofEmail, EMAIL_LANE, context.now())
  if (tried.count >= EMAIL_LANE.freeTries && !(await context.lanes.pass(ofEmail, from.address, EMAIL_LANE))) {
    throw tooMany(EMAIL_LANE.slowIntervalMs)
  }

  return tries.run(ofAddress, async () => {
    if (!(await takeTry(store, ofAddress, ADDRESS_LOGINS, context.now()))) {
      throw tooMany(ADDRESS_LOGINS.windowMs)
    }
    await takeTry(store, ofEmail, atEmail, context.now())
    // Only what was wrong stays counted, not what a busy server couldn't look at.
    let isWrong = false
    try {
      isWrong = !(await context.hasher.verify(login.stored, normalisePassword(login.password)))
    } finally {
      if (!isWrong) {
        await giveTryBack(store, ofAddress)
        await giveTryBack(store, ofEmail)
      }
    }
    return !isWrong
  })
}

function tooMany(afterMs: number): Refusal {
  return new Refusal({ code: 'too-many-tries', retryAfterSeconds: Math.max(1, Math.ceil(afterMs / 1000)) })
}

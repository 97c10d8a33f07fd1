import { normalisePassword } from '../../accounts/password.ts'
import { passLane } from '../../reading/pass-lane.ts'
import { ADDRESS_LOGINS, EMAIL_LANE, NETWORK_MULTIPLES, wholeSeconds } from '../../sharing/limits.ts'
import {
  findTries,
  findUsedUp,
  giveTriesBack,
  giveTryBack,
  takeTries,
  takeTry,
  triesFrom,
} from '../../storage/queries/tries.ts'
import { knownDevice, rememberDevice } from '../../secrets/device-token.ts'
import type { Context, Origin } from '../context.ts'
import { createOneAtATime } from '../../concurrency/one-at-a-time.ts'
import { Refusal } from '../refusal.ts'

const NO_LIMIT = 1_000_000

// An address's tries go one by one: many people behind it who sign in at once don't use up its limit while they are
// right.
const tries = createOneAtATime()

/**
 * Compares an account's password under the limits on tries: each address has a few wrong ones, and an email that
 * was tried often is slowed, whether or not it has an account. A browser that signed in before isn't.
 *
 * @param stored the account's password hash; none without an account or a password, which takes as long
 * @throws Refusal when there were too many tries
 */
export async function checkLogin(
  context: Context,
  login: { email: string; password: string; stored: string | undefined },
  from: Origin,
): Promise<boolean> {
  const { store } = context
  // An account without a password has none to be right.
  const stored = login.stored || undefined
  const counted = triesFrom(from, ADDRESS_LOGINS, NETWORK_MULTIPLES, (network) => `login from ${network}`)
  const ofEmail = `login to ${login.email}`
  const atEmail = { limit: NO_LIMIT, windowMs: EMAIL_LANE.windowMs }

  const usedUpUntil = await findUsedUp(store, counted, context.now())
  if (usedUpUntil !== undefined) throw tooManyTries(usedUpUntil - context.now())
  const tried = await findTries(store, ofEmail, EMAIL_LANE, context.now())
  const device =
    stored === undefined
      ? undefined
      : knownDevice(from.device, deviceSubjectOf(login.email, stored), store.secret)
  const lane = { subject: ofEmail, pace: EMAIL_LANE, device }
  const pass = tried.count >= EMAIL_LANE.freeTries ? await passLane(context, lane, from) : undefined
  if (pass && !pass.isPassed) throw tooManyTries(EMAIL_LANE.slowIntervalMs)

  const left = from.left()
  return tries.run(`login from ${from.address}`, async () => {
    left.throwIfAborted()
    if (!(await takeTries(store, counted, context.now()))) throw tooManyTries(ADDRESS_LOGINS.windowMs)
    await takeTry(store, ofEmail, atEmail, context.now())
    // Only what was wrong stays counted, not what a busy server couldn't look at.
    let isWrong = false
    try {
      const trier = { address: from.address, device }
      isWrong = !(await context.hasher.verify(stored, normalisePassword(login.password), trier, left))
    } finally {
      if (!isWrong) {
        await giveTriesBack(store, counted)
        await giveTryBack(store, ofEmail)
        await pass?.giveBack()
      }
    }
    return !isWrong
  })
}

/** What a browser has got into that signed in with the account's present password. */
function deviceSubjectOf(email: string, passwordHash: string): string {
  return `account ${email} ${passwordHash}`
}

/** The cookie's value for a browser that just signed in. */
export function deviceOf(
  { store }: Pick<Context, 'store'>,
  account: { readonly email: string; readonly passwordHash: string },
  { device }: Pick<Origin, 'device'>,
): string {
  return rememberDevice(device, deviceSubjectOf(account.email, account.passwordHash), store.secret)
}

/** Refuses a try that may be made again after so long. */
export function tooManyTries(afterMs: number): Refusal {
  return new Refusal({ code: 'too-many-tries', retryAfterSeconds: wholeSeconds(afterMs) })
}

import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { isChallenge, newChallenge } from '../../secrets/passkey-challenge.ts'
import { tokenHash } from '../../secrets/tokens.ts'
import { ADDRESS_LOGINS, NETWORK_MULTIPLES } from '../../sharing/limits.ts'
import { findPasskey, notePasskeyUse, type Passkey } from '../../storage/queries/passkeys.ts'
import { findUsedUp, giveTriesBack, takeTries, takeTry, triesFrom } from '../../storage/queries/tries.ts'
import { findUserForChange } from '../../storage/queries/users.ts'
import type { Context, Origin } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { tooManyTries } from './check-login.ts'
import { CHALLENGE_LASTS_MS, type Site, siteNameOf } from './passkeys.ts'
import { startSession, type StartedSession } from './start-session.ts'

const PURPOSE = 'sign in'
const ONCE = { limit: 1, windowMs: CHALLENGE_LASTS_MS }

/** What the browser needs to ask its devices for a passkey: the same for everybody, so it tells of nobody. */
export async function beginPasskeySignIn({ store, now }: Context, site: Site): Promise<object> {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
  return generateAuthenticationOptions({
    rpID: siteNameOf(site),
    challenge: newChallenge(PURPOSE, now() + CHALLENGE_LASTS_MS, store.secret),
    timeout: CHALLENGE_LASTS_MS,
    userVerification: 'required',
  })
}

/**
 * Signs in by a passkey, whose account it is.
 *
 * @param credential as the browser hands it over; nothing of it is trusted
 * @throws Refusal, the same whether there is no such passkey or it has signed something else
 */
export async function signInByPasskey(
  context: Context,
  credential: unknown,
  site: Site,
  presentedHash: string | undefined,
  from: Origin,
): Promise<StartedSession> {
  const { store } = context
  const counted = triesFrom(from, ADDRESS_LOGINS, NETWORK_MULTIPLES, (network) => `passkey from ${network}`)
  if (!(await takeTries(store, counted, context.now()))) {
    throw tooManyTries(((await findUsedUp(store, counted, context.now())) ?? context.now()) - context.now())
  }
  const response = credential as AuthenticationResponseJSON
  const passkey = await findPasskey(store.read, response.id)
  const signCount = passkey && (await verify(context, response, passkey, site))
  if (!passkey || signCount === undefined) throw new Refusal({ code: 'wrong-passkey' })
  const session = await store.smallTransaction(async (trx) => {
    const user = await findUserForChange(store, trx, passkey.userId)
    // Removed while it was looked at, it signs nobody in any more.
    const isThere = user && (await notePasskeyUse(trx, passkey.id, { signCount, now: context.now() }))
    if (!user || !isThere) throw new Refusal({ code: 'wrong-passkey' })
    return startSession(context, trx, user, presentedHash, from, 'signed-in', { detail: 'passkey' })
  })
  // Only what was wrong stays counted.
  await giveTriesBack(store, counted)
  return session
}

/** @returns how often the device has signed by now; undefined where this is no signature of it for us */
async function verify(
  { store, now }: Context,
  response: AuthenticationResponseJSON,
  { credentialId, publicKey, signCount }: Passkey,
  site: Site,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  let presented = ''
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => {
        presented = challenge
        return isChallenge(challenge, PURPOSE, now(), store.secret)
      },
      expectedOrigin: site.origin,
      expectedRPID: siteNameOf(site),
      credential: {
        id: credentialId,
        publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
        counter: signCount,
      },
      requireUserVerification: true,
    })
    if (!verified) return undefined
    // What was signed once signs in once.
    const isFirst = await takeTry(store, `passkey challenge ${tokenHash(presented)}`, ONCE, now())
    return isFirst ? authenticationInfo.newCounter : undefined
  } catch (error) {
    if (store.dialect.isUnavailable(error)) throw error
    // The library throws for everything that isn't as it should be.
    return undefined
  }
}

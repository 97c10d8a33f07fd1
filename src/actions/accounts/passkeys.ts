import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { isChallenge, newChallenge } from '../../secrets/passkey-challenge.ts'
import {
  deletePasskey,
  insertPasskey,
  listPasskeys as listStored,
  type Passkey,
  renamePasskey as renameStored,
} from '../../storage/queries/passkeys.ts'
import { getAccount } from './account.ts'
import type { Context, Session } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { lockOwnAccount } from './require-session.ts'

export type { Passkey }

const MOST_PASSKEYS = 20
export const CHALLENGE_LASTS_MS = 5 * 60 * 1000

/** What the browser calls us: passkeys are for this name alone. */
export interface Site {
  /** such as `https://share.example.com` */
  readonly origin: string
}

/** The name that passkeys are bound to (WebAuthn, "Relying Party Identifier"); none are for a name that is none. */
export function siteNameOf({ origin }: Site): string {
  return URL.parse(origin)?.hostname ?? 'no-name.invalid'
}

export function listPasskeys({ store }: Context, userId: number): Promise<Passkey[]> {
  return listStored(store.read, userId)
}

/** What the browser needs to make a passkey for the account. */
export async function beginPasskey(context: Context, userId: number, site: Site): Promise<object> {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server')
  const user = await getAccount(context, userId)
  const present = await listStored(context.store.read, userId)
  return generateRegistrationOptions({
    rpName: 'Neptun Share',
    rpID: siteNameOf(site),
    userName: user.email,
    userDisplayName: user.email,
    userID: new Uint8Array(Buffer.from(`user ${userId}`)),
    challenge: newChallenge(purposeOf(userId), context.now() + CHALLENGE_LASTS_MS, context.store.secret),
    timeout: CHALLENGE_LASTS_MS,
    attestationType: 'none',
    excludeCredentials: present.map(({ credentialId }) => ({ id: credentialId })),
    // It signs in alone: the device has to know its person, and the account without being told.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/**
 * Keeps a passkey that the browser has made.
 *
 * @param credential as the browser hands it over; nothing of it is trusted
 * @throws Refusal when it isn't one for this account and site, or the account has too many
 */
export async function addPasskey(
  context: Context,
  session: Pick<Session, 'userId' | 'tokenHash'>,
  { name, credential }: { readonly name: string; readonly credential: unknown },
  site: Site,
  by: Actor,
): Promise<Passkey> {
  const { userId } = session
  const made = await verify(context, userId, credential as RegistrationResponseJSON, site)
  return context.store.transaction(async (trx) => {
    await lockOwnAccount(context, trx, session)
    if ((await listStored(trx, userId)).length >= MOST_PASSKEYS) {
      const message = `Your account has ${MOST_PASSKEYS} passkeys, and may have no more. Remove some that you don't use.`
      throw new Refusal({ code: 'too-large', message })
    }
    const added = await insertPasskey(trx, {
      userId,
      credentialId: made.id,
      publicKey: Buffer.from(made.publicKey).toString('base64url'),
      signCount: made.counter,
      name,
      createdAt: context.now(),
    })
    if (!added) throw noPasskey()
    await record(context, trx, { userId, kind: 'passkey-added', by })
    return added
  })
}

async function verify(
  { store, now }: Context,
  userId: number,
  response: RegistrationResponseJSON,
  site: Site,
): Promise<{ id: string; publicKey: Uint8Array; counter: number }> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  try {
    if (await hasCertificates(response)) throw noPasskey()
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => isChallenge(challenge, purposeOf(userId), now(), store.secret),
      expectedOrigin: site.origin,
      expectedRPID: siteNameOf(site),
      requireUserVerification: true,
    })
    if (registrationInfo) return registrationInfo.credential
  } catch {
    // The library throws for everything that isn't as it should be.
  }
  throw noPasskey()
}

function noPasskey(): Refusal {
  return invalidBody('credential', 'This is no new passkey for your account here. Begin again.')
}

/**
 * Whether a maker vouches for the device: nobody asked for that, and whoever sends certificates makes us fetch the lists
 * of revoked ones that they name.
 */
async function hasCertificates({ response }: RegistrationResponseJSON): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  const bytes = new Uint8Array(Buffer.from(response.attestationObject, 'base64url'))
  const statement = decodeAttestationObject(bytes)
  const format = statement.get('fmt')
  return format !== 'none' && (format !== 'packed' || statement.get('attStmt').get('x5c') !== undefined)
}

/** @throws Refusal when the account has no such passkey */
export async function renamePasskey(
  { store }: Context,
  userId: number,
  id: number,
  name: string,
): Promise<Passkey> {
  const renamed = await renameStored(store.write, userId, id, name)
  if (!renamed) throw new Refusal({ code: 'passkey-not-found' })
  return renamed
}

/** It signs nobody in any more; sessions that it began go on. @throws Refusal when the account has no such passkey */
export async function removePasskey(context: Context, userId: number, id: number, by: Actor): Promise<void> {
  await context.store.smallTransaction(async (trx) => {
    if (!(await deletePasskey(trx, userId, id))) throw new Refusal({ code: 'passkey-not-found' })
    await record(context, trx, { userId, kind: 'passkey-removed', by })
  })
}

function purposeOf(userId: number): string {
  return `add to user ${userId}`
}

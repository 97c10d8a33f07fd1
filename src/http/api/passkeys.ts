import type { Static } from 'typebox'
import {
  addPasskey,
  beginPasskey,
  listPasskeys,
  type Passkey,
  removePasskey,
  renamePasskey,
} from '../../actions/accounts/passkeys.ts'
import { beginPasskeySignIn, signInByPasskey } from '../../actions/accounts/sign-in-by-passkey.ts'
import { Refusal } from '../../actions/refusal.ts'
import { SignedIn } from '../../contract/accounts.ts'
import { ApiError, UserParams } from '../../contract/common.ts'
import {
  AddPasskeyBody,
  PasskeyAnswer,
  PasskeyOptions,
  PasskeyParams,
  type Passkey as PasskeySchema,
  PasskeysAnswer,
  PasskeySignInBody,
  RenamePasskeyBody,
} from '../../contract/passkeys.ts'
import { actorOf } from '../input/actor.ts'
import { isoTime, isoTimeOrNull, presentSignedIn } from '../output/present.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { authError, done, forbidden, invalid, ok, ownerErrors, tooManyTries } from './documented.ts'

const KiB = 1024
const PATH = '/api/users/{user_id}/passkeys'
const ONE = `${PATH}/{passkey_id}`
const owned = { access: 'owner', tag: 'Accounts', bodyLimit: 64 * KiB } as const
const signIn = { access: 'anyone', tag: 'Accounts', errors: 'auth', bodyLimit: 64 * KiB } as const
const errors = { ...ownerErrors, ...forbidden('A token opens no passkeys') }

export const listPasskeysEndpoint = endpoint({
  ...owned,
  method: 'GET',
  path: PATH,
  summary: 'My passkeys',
  params: UserParams,
  answers: { ...ok(PasskeysAnswer, 'The oldest first'), ...errors },
  async handle({ params }, context) {
    return { body: { passkeys: (await listPasskeys(context, params.user_id)).map(presentPasskey) } }
  },
})

export const beginPasskeyEndpoint = endpoint({
  ...owned,
  method: 'POST',
  path: `${PATH}/options`,
  summary: 'What a browser needs to make a passkey',
  params: UserParams,
  answers: { ...ok(PasskeyOptions, 'For `navigator.credentials.create`; good for 5 minutes'), ...errors },
  async handle({ params, request }, context, settings) {
    const site = { origin: settings.origin(request) }
    return { body: { options: await beginPasskey(context, params.user_id, site) } }
  },
})

export const addPasskeyEndpoint = endpoint({
  ...owned,
  method: 'POST',
  path: PATH,
  summary: 'Keep a passkey that the browser has made',
  params: UserParams,
  body: [AddPasskeyBody],
  answers: {
    ...ok(PasskeyAnswer),
    ...errors,
    413: { description: 'The account has as many passkeys as it may have', schema: ApiError },
  },
  async handle(asked, context, settings) {
    const { session, body, request } = asked
    if (!session) throw new Refusal({ code: 'no-session' })
    const added = { name: body.name.trim(), credential: body.credential }
    const site = { origin: settings.origin(request) }
    const passkey = await addPasskey(context, session, added, site, actorOf(asked))
    return { body: { passkey: presentPasskey(passkey) } }
  },
})

export const renamePasskeyEndpoint = endpoint({
  ...owned,
  method: 'PATCH',
  path: ONE,
  summary: 'Rename a passkey',
  params: PasskeyParams,
  body: [RenamePasskeyBody],
  answers: { ...ok(PasskeyAnswer), ...errors },
  async handle({ params, body }, context) {
    const name = body.name.trim()
    const passkey = await renamePasskey(context, params.user_id, params.passkey_id, name)
    return { body: { passkey: presentPasskey(passkey) } }
  },
})

export const removePasskeyEndpoint = endpoint({
  ...owned,
  method: 'DELETE',
  path: ONE,
  summary: 'Remove a passkey: it signs nobody in any more',
  params: PasskeyParams,
  answers: { ...done, ...errors },
  async handle(asked, context) {
    await removePasskey(context, asked.params.user_id, asked.params.passkey_id, actorOf(asked))
    return { body: true }
  },
})

export const beginPasskeySignInEndpoint = endpoint({
  ...signIn,
  method: 'POST',
  path: '/api/auth/passkeys/options',
  summary: 'What a browser needs to sign in by a passkey',
  answers: ok(PasskeyOptions, 'For `navigator.credentials.get`; good for 5 minutes'),
  async handle({ request }, context, settings) {
    return { body: { options: await beginPasskeySignIn(context, { origin: settings.origin(request) }) } }
  },
})

export const passkeySignInEndpoint = endpoint({
  ...signIn,
  method: 'POST',
  path: '/api/auth/passkeys',
  summary: 'Sign in by a passkey',
  body: [PasskeySignInBody],
  answers: {
    ...ok(SignedIn, 'Signed in; the session is in the cookie'),
    ...invalid,
    ...authError(401, 'Not a passkey of an account here'),
    ...tooManyTries,
  },
  async handle({ body, request, tokenHash, from }, context, settings) {
    const site = { origin: settings.origin(request) }
    const session = await signInByPasskey(context, body.credential, site, tokenHash, from)
    return {
      body: presentSignedIn(session),
      cookies: [...settings.sessionCookies(session.token), settings.deviceCookie(session.device)],
    }
  },
})

function presentPasskey({ id, name, createdAt, lastUsedAt }: Passkey): Static<typeof PasskeySchema> {
  return { id, name, created_at: isoTime(createdAt), last_used_at: isoTimeOrNull(lastUsedAt) }
}

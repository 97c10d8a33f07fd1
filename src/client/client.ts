import { accountApi } from './account.ts'
import type { Of } from './contract-types.ts'
import { type ClientOptions, createSender } from './sender.ts'
import { sharedChat } from './shared-chat.ts'
import type { SignedInUser } from './types.ts'

export { ApiProblem } from './api-problem.ts'
export type { AccountApi } from './account.ts'
export type { Of } from './contract-types.ts'
export type { ImportOptions } from './import-files.ts'
export type { FileToSend } from './multipart.ts'
export type { Answer, ClientOptions, Method, Sent } from './sender.ts'
export type { SharedChatApi } from './shared-chat.ts'
export type * from './types.ts'

type Credentials = Of<'LoginBody'>

export type Client = ReturnType<typeof createClient>

/**
 * A server's API, with nothing but what the web's standards have: `fetch`, streams, signals.
 *
 * Everything it does throws `ApiProblem` where the server refuses or can't be reached.
 */
export function createClient(options: ClientOptions = {}) {
  const sender = createSender(options)
  const { request } = sender
  const signedIn = async (path: string, json: object): Promise<SignedInUser> =>
    (await request('POST', path, 'SignedIn', { json })).user

  return {
    server: sender.server,
    /** The session's value, to be kept for `createClient({ session })`; a browser keeps it itself. */
    get session() {
      return sender.session
    },

    /** Who is signed in, or whose the token is. */
    whoAmI: async (): Promise<SignedInUser | undefined> =>
      (await request('GET', '/api/auth/session', 'SessionAnswer'))?.user,
    signInMethods: () => request('GET', '/api/auth/methods', 'SignInMethods'),
    serverFacts: () => request('GET', '/api/server', 'ServerFacts'),
    signUp: (json: Of<'SignUpBody'>) => signedIn('/api/auth/sign-up', json),
    /** By a password, or by a code that `askToSignIn` had sent. */
    logIn: (json: Credentials | Of<'CodeLoginBody'>) => signedIn('/api/auth/login', json),
    askToSignIn: async (email: string) =>
      void (await sender.send('POST', '/api/auth/codes', { json: { email } })),
    passkeyOptions: async () =>
      (await request('POST', '/api/auth/passkeys/options', 'PasskeyOptions')).options,
    logInByPasskey: (credential: object) => signedIn('/api/auth/passkeys', { credential }),
    /** Ends what this browser has proved by codes. */
    forgetProofs: () => request('DELETE', '/api/auth/reader', 'Done'),
    /** @returns whether anybody was signed in */
    logOut: async () => (await sender.send('POST', '/api/auth/logout')).text === 'true',

    /** Everything that belongs to an account. */
    account: (userId: number) => accountApi(sender, options, userId),
    /** A chat that somebody shared. @param link its URL or UUID */
    sharedChat: (link: string) => sharedChat(sender, link),

    /** What has no function of its own: a 200's value, typed by the schema's name in the OpenAPI document. */
    request: sender.request,
    /** The same for answers that aren't JSON. */
    send: sender.send,
  }
}

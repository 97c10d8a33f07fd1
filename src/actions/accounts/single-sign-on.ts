import type * as OpenId from 'openid-client'
import { createFairQueue } from '../../concurrency/fair-queue.ts'

/** An OpenID Connect provider, and what it knows us by. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  /** undefined for a client without one, which PKCE alone protects */
  readonly clientSecret: string | undefined
  /** what people call it */
  readonly name: string
}

/** What a browser keeps between leaving for the provider and coming back. */
export interface StartedSignOn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What the provider says of somebody. */
export interface SignOnClaims {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
  /** only what it says in so many words */
  readonly isEmailVerified: boolean
}

/** Signing in by a provider. It is asked for the first time when somebody signs in: it may be down when we start. */
export interface SingleSignOn {
  readonly name: string
  /** @param asker whose turn it takes @throws SignOnFailed */
  begin(redirectUri: string, asker: string): Promise<{ url: URL; started: StartedSignOn }>
  /** @param callback the address that the browser came back to @throws SignOnFailed */
  finish(callback: URL, started: StartedSignOn, asker: string): Promise<SignOnClaims>
}

export type SignOnFailure =
  /** the provider doesn't answer, or not as one, or not to us */
  | 'unavailable'
  /** the person, or the provider, said no */
  | 'denied'
  /** what came back isn't what was asked for: forged, stale, or used before */
  | 'invalid'

export class SignOnFailed extends Error {
  override readonly name = 'SignOnFailed'
  readonly reason: SignOnFailure

  /** @param message for the log: no codes, tokens or emails */
  constructor(reason: SignOnFailure, message: string) {
    super(message)
    this.reason = reason
  }
}

const TIMEOUT_SECONDS = 8
const CLOCK_TOLERANCE_SECONDS = 30

/** Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 7636). */
export function createSingleSignOn(config: OidcConfig): SingleSignOn {
  // Each waits for a provider, which may not answer.
  const turns = createFairQueue({ atOnce: 32, atOncePerKey: 4, waiting: 128, waitingPerKey: 16 })
  let discovered: Promise<Provider> | undefined

  /** One asks for all who wait; what failed is asked again. */
  function discover(): Promise<Provider> {
    discovered ??= discoverProvider(config).catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  async function attempt<T>(asker: string, work: (provider: Provider) => Promise<T>): Promise<T> {
    return turns.run(asker, async () => {
      try {
        return await work(await discover())
      } catch (error) {
        throw failureOf(error)
      }
    })
  }

  return {
    name: config.name,
    begin: (redirectUri, asker) =>
      attempt(asker, async ({ client, configuration }) => {
        const started = {
          state: client.randomState(),
          nonce: client.randomNonce(),
          verifier: client.randomPKCECodeVerifier(),
        }
        const url = client.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: 'openid email',
          state: started.state,
          nonce: started.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(started.verifier),
          code_challenge_method: 'S256',
        })
        return { url, started }
      }),
    finish: (callback, { state, nonce, verifier }, asker) =>
      attempt(asker, async (provider) => {
        const { client, configuration } = provider
        const tokens = await client.authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw new SignOnFailed('invalid', 'The provider sent no ID token')
        // Many providers tell the email only when they are asked for it.
        const { email, email_verified: isVerified } =
          claims['email'] === undefined
            ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : claims
        return {
          issuer: claims.iss,
          subject: claims.sub,
          email: typeof email === 'string' ? email : undefined,
          isEmailVerified: isVerified === true,
        }
      }),
  }
}

interface Provider {
  readonly client: typeof OpenId
  readonly configuration: OpenId.Configuration
}

async function discoverProvider({ issuer, clientId, clientSecret }: OidcConfig): Promise<Provider> {
  // Loaded only where it is used: it would cost everyone else memory and time to start.
  const client = await import('openid-client')
  const isPlain = issuer.startsWith('http:')
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    { [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    authenticationOf(client, clientSecret),
    {
      timeout: TIMEOUT_SECONDS,
      // The ID token's signature is checked too, not only where it came from.
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
    },
  )
  return { client, configuration }
}

/** As the provider wants it: by HTTP Basic unless it says otherwise (OpenID Connect Discovery 1.0, 3). */
function authenticationOf(client: typeof OpenId, secret: string | undefined): OpenId.ClientAuth {
  if (secret === undefined) return client.None()
  const basic = client.ClientSecretBasic(secret)
  const post = client.ClientSecretPost(secret)
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return methods.includes('client_secret_basic') ? basic(server, ...rest) : post(server, ...rest)
  }
}

const DENIED = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required'])
/** Between us and the provider: nothing that the person can do about. */
const OURS = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
])
const NO_PROPER_ANSWER = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
])

/** What the library's errors mean; their causes hold codes and claims, and stay out of the log. */
function failureOf(error: unknown): SignOnFailed {
  if (error instanceof SignOnFailed) return error
  const { name, message, code, error: said, status } = error as Partial<Record<string, unknown>>
  const text = [name, code, said, message].filter((part) => typeof part === 'string').join(' ')
  if (DENIED.has(String(said))) return new SignOnFailed('denied', text)
  // `fetch` throws a TypeError where there is no connection.
  const isUnanswered = error instanceof TypeError || NO_PROPER_ANSWER.has(String(code))
  const isOurs = OURS.has(String(said)) || (typeof status === 'number' && status >= 500)
  return new SignOnFailed(isUnanswered || isOurs ? 'unavailable' : 'invalid', text)
}

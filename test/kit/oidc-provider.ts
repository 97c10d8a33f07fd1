import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Provider } from 'oidc-provider'
import { freePort } from './free-port.ts'

/** What the provider knows of somebody. */
export type Claims = { readonly sub: string; readonly email?: string; readonly email_verified?: boolean }

/** A real OpenID Connect provider on this machine, at which one is signed in already as whoever is named. */
export type OidcProvider = {
  readonly issuer: string
  /** What a server needs to be its client. */
  readonly env: Readonly<Record<string, string>>
  /** Who is in front of the browser; undefined: somebody who says no. */
  person: Claims | undefined
  /** Changes the claims of the next ID tokens, which are signed as always. */
  forge: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined
  /** Signs the next ID tokens by another key. */
  isSignedByOther: boolean
  /** Requests to the token endpoint so far. */
  readonly countTokens: () => number
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

const CLIENT = 'neptun'
const SECRET = 'a secret of both: the client and the provider'

/** @param servers the addresses of those that are its client */
export async function startOidcProvider(servers: readonly string[]): Promise<OidcProvider> {
  const redirectUris = servers.map((url) => `${url}/auth/oidc/callback`)
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const keys = [newKey(), newKey()] as const
  const accounts = new Map<string, Claims>()
  let tokens = 0
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: redirectUris }],
    jwks: { keys: [keys[0].jwk] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['for tests'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...(accounts.get(sub) ?? { sub }) }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    // Each sign-in asks anew who is there.
    ttl: { Session: 1, Interaction: 600, Grant: 600 },
  })
  provider.on('server_error', () => undefined)

  const started: OidcProvider = {
    issuer,
    env: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT,
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_NAME: 'Neptune Corp',
    },
    person: undefined,
    forge: undefined,
    isSignedByOther: false,
    countTokens: () => tokens,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async start() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }

  /** Says yes or no for the person, as they would by the provider's own pages. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { person } = started
    if (!person) {
      return provider.interactionFinished(request, response, { error: 'access_denied' })
    }
    accounts.set(person.sub, person)
    const { params, grantId } = await provider.interactionDetails(request, response)
    const grant =
      (grantId ? await provider.Grant.find(grantId) : undefined) ??
      new provider.Grant({ accountId: person.sub, clientId: String(params['client_id']) })
    grant.addOIDCScope('openid email')
    return provider.interactionFinished(request, response, {
      login: { accountId: person.sub, remember: false },
      consent: { grantId: await grant.save() },
    })
  }

  provider.use(async (ctx, next) => {
    await next()
    if (ctx.path !== '/token') return
    tokens++
    const body: unknown = ctx.body
    if (typeof body !== 'object' || body === null || !('id_token' in body)) return
    if (!started.forge && !started.isSignedByOther) return
    const [header = '', payload = ''] = String(body.id_token).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const key = keys[started.isSignedByOther ? 1 : 0].privateKey
    const text = `${header}.${Buffer.from(JSON.stringify(started.forge?.(claims) ?? claims)).toString('base64url')}`
    ctx.body = {
      ...body,
      id_token: `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`,
    }
  })

  const answer = provider.callback()
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      void interact(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    } else void answer(request, response)
  })
  await started.start()
  return started
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }
  return { jwk, privateKey: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })) }
}

/** Somebody's browser at the provider: follows it wherever it leads, until it leads to another server. @returns where */
export async function walkThrough(provider: OidcProvider, location: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = location
  for (let steps = 0; next.startsWith(provider.issuer) && steps < 10; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const to = response.headers.get('location')
    if (to === null) throw new Error(`The provider answers ${response.status}: ${await response.text()}`)
    next = new URL(to, next).href
  }
  return next
}

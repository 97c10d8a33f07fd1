import { Type } from 'typebox'
import { signInByIdentity } from '../../../actions/accounts/sign-in-by-identity.ts'
import { SignOnFailed, type StartedSignOn } from '../../../actions/accounts/single-sign-on.ts'
import type { Context } from '../../../actions/context.ts'
import { Refusal } from '../../../actions/refusal.ts'
import { cookieOf, setCookie } from '../../input/cookies.ts'
import type { Answer } from '../../pipeline/answer.ts'
import type { AskedRequest } from '../../pipeline/asked.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import type { HttpSettings } from '../../pipeline/http-settings.ts'
import { goOn, showPage } from './account-answers.ts'
import { NextQuery, pageAnswers } from './account-pages.ts'
import { nextPath } from './next-path.ts'
import { SIGN_ON } from './sign-in-paths.ts'
import { signOnFailedPage } from './sign-on-failed-page.ts'

const CALLBACK = `${SIGN_ON}/callback`

/** What was begun, in the browser that began it: nobody else's browser can bring it to its end. */
const COOKIE = 'neptun-sign-on'
const LASTS_SECONDS = 10 * 60

const shared = { method: 'GET', access: 'anyone', tag: 'Pages', errors: 'page', takesTokens: false } as const

export const beginSignOnEndpoint = endpoint({
  ...shared,
  path: SIGN_ON,
  query: NextQuery,
  summary: 'Leave for the provider, to sign in there',
  description: '`next` is the path on this server to go to after.',
  answers: {
    303: { description: 'To the provider' },
    404: { description: 'This server has no single sign-on' },
    503: pageAnswers[200] ?? { description: 'The provider can’t be reached' },
  },
  async handle({ query, request, from }, context, settings) {
    const { signOn } = context
    if (!signOn) throw new Refusal({ code: 'route-not-found' })
    const next = nextPath(query.next)
    try {
      const { url, started } = await signOn.begin(callbackUri(request, settings), from.address)
      return { status: 303, headers: { location: url.href }, cookies: [keep(started, next, settings)] }
    } catch (error) {
      return failed(error, next, context, settings)
    }
  },
})

export const finishSignOnEndpoint = endpoint({
  ...shared,
  path: CALLBACK,
  // Whatever the provider adds is its own.
  query: Type.Object({ state: Type.Optional(Type.Unknown()) }),
  summary: 'Come back from the provider',
  answers: { ...pageAnswers, 303: { description: 'Signed in; on to where one wanted to go' } },
  async handle({ request, tokenHash, from }, context, settings) {
    const { signOn } = context
    if (!signOn) throw new Refusal({ code: 'route-not-found' })
    const kept = readKept(cookieOf(request, COOKIE, settings.isSecure))
    const next = kept?.next ?? '/'
    const answer = await finish().catch((error: unknown) => failed(error, next, context, settings))
    // Used up, whatever came of it.
    const forget = setCookie(COOKIE, '', 0, settings.isSecure)
    return { ...answer, cookies: [...(answer.cookies ?? []), forget] }

    async function finish(): Promise<Answer> {
      if (!signOn || !kept) throw new SignOnFailed('invalid', 'No sign-in was begun in this browser')
      const callback = URL.parse(callbackUri(request, settings))
      if (!callback) throw new SignOnFailed('invalid', 'The Host header is no name')
      callback.search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
      const claims = await signOn.finish(callback, kept.started, from.address)
      return goOn(await signInByIdentity(context, claims, tokenHash, from), next, settings)
    }
  },
})

function callbackUri(request: AskedRequest, settings: HttpSettings): string {
  return settings.origin(request) + CALLBACK
}

function keep({ state, nonce, verifier }: StartedSignOn, next: string, settings: HttpSettings): string {
  const value = [state, nonce, verifier, Buffer.from(next).toString('base64url')].join('.')
  return setCookie(COOKIE, value, LASTS_SECONDS, settings.isSecure)
}

function readKept(value: string | undefined): { started: StartedSignOn; next: string } | undefined {
  const [state, nonce, verifier, next, ...more] = value?.split('.') ?? []
  if (!state || !nonce || !verifier || next === undefined || more.length > 0) return undefined
  // Looked at again: a cookie is what a browser says.
  return {
    started: { state, nonce, verifier },
    next: nextPath(Buffer.from(next, 'base64url').toString()),
  }
}

/** A page that says what went wrong and what to do. @throws what is nothing of this */
function failed(
  error: unknown,
  next: string,
  { signOn, policy }: Pick<Context, 'signOn' | 'policy'>,
  settings: HttpSettings,
): Answer {
  const page = signOnFailedPage(error, next, signOn?.name ?? '', policy.operatorContact)
  if (!page) throw error
  if (error instanceof SignOnFailed && error.reason !== 'denied') {
    settings.logError(error, 'Single sign-on failed')
  }
  return showPage(page.html, page.status, page.retryAfter)
}

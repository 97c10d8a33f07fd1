import { Type } from 'typebox'
import { Refusal } from '../../actions/refusal.ts'
import type { Context } from '../../actions/context.ts'
import type { Answer } from '../pipeline/answer.ts'
import type { AskedRequest } from '../pipeline/asked.ts'
import { type Endpoint, endpoint } from '../pipeline/endpoint.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { cookieOf, SESSION_COOKIE } from '../input/cookies.ts'
import { chooseEncoding } from '../input/encoding.ts'
import { showPage } from '../pages/accounts/account-answers.ts'
import { landingPage } from '../pages/landing/landing-page.ts'
import { type AppFile, readBuiltApp } from './built-app.ts'

const shared = { method: 'GET', access: 'anyone', tag: 'Pages' } as const

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types rendered-messages"

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neptun Share</title>
</head>
<body>
<h1>The app isn’t built yet</h1>
<p>Run <code>npm run build</code> and start the server again. The API works already: see <a href="/docs">its page</a>.</p>
</body>
</html>
`

/** Screens of the app, which its router tells apart. Each is the same page. */
const SCREENS = ['/', '/new', '/import', '/links', '/account', '/chats/{chat_id}'] as const

const page = { 200: { description: "The owner's app", schema: Type.String(), contentType: 'text/html' } }
const notBuilt = {
  503: { description: "The app isn't built", schema: Type.String(), contentType: 'text/html' },
}

/** The endpoints that serve the owner's app, as it was built when the server started. */
export function appEndpoints(): Endpoint[] {
  const files = readBuiltApp()
  const screens = SCREENS.map((path) =>
    endpoint({
      ...shared,
      path,
      summary: "The owner's app",
      answers: { ...page, ...notBuilt },
      handle({ request }, context, settings) {
        // Whoever has never signed in here gets to know what this is.
        const isGuest = path === '/' && cookieOf(request, SESSION_COOKIE, settings.isSecure) === undefined
        if (isGuest) return landing(request, context, settings)
        return answerPage(files.get('index.html'), request)
      },
    }),
  )
  const asset = endpoint({
    ...shared,
    path: '/assets/{asset}',
    summary: "The app's scripts, styles and pictures",
    params: Type.Object({ asset: Type.String() }),
    answers: {
      200: { description: 'A script, style or picture', schema: Type.String(), contentType: 'text/plain' },
    },
    async handle({ params, request }) {
      const file = files.get(`assets/${params.asset}`)
      if (!file) throw new Refusal({ code: 'route-not-found' })
      // Its name changes with its content.
      return answerFile(file, request, { 'cache-control': 'public, max-age=31536000, immutable' })
    },
  })
  return [...screens, asset]
}

function landing(request: AskedRequest, { policy }: Context, settings: HttpSettings): Answer {
  const at = { origin: settings.pageOrigin(request), path: '/' }
  const answer = showPage(landingPage({ at, canSignUp: policy.signUp !== 'closed' }))
  return { ...answer, headers: { ...answer.headers, vary: 'Cookie' } }
}

async function answerPage(index: AppFile | undefined, request: AskedRequest): Promise<Answer> {
  const headers = { 'content-security-policy': POLICY, 'referrer-policy': 'same-origin' }
  if (index) return answerFile(index, request, headers)
  return { status: 503, body: NOT_BUILT, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } }
}

async function answerFile(
  file: AppFile,
  request: AskedRequest,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const encoding = chooseEncoding(request.headers['accept-encoding'], ['br', 'gzip'])
  return {
    body: await file.encoded(encoding),
    headers: {
      'content-type': file.type,
      vary: 'Accept-Encoding',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      ...headers,
    },
  }
}

import { Type } from 'typebox'
import type { Context } from '../../../actions/context.ts'
import type { ViewDecision } from '../../../reading/outcome-of.ts'
import type { Proofs } from '../../../reading/decide-view.ts'
import { type OpenedShare, openShare } from '../../../reading/open-share.ts'
import { requestAccess } from '../../../actions/sharing/access-requests.ts'
import { forgetProofs } from '../../../actions/sharing/prove-email.ts'
import { unlockShare } from '../../../actions/sharing/unlock-share.ts'
import { SharedChatParams } from '../../../contract/shares.ts'
import { UNLOCK_LIFETIME } from '../../../sharing/limits.ts'
import type { AskedRequest } from '../../pipeline/asked.ts'
import type { Answer } from '../../pipeline/answer.ts'
import type { ChatFormat } from '../../../reading/chat-format.ts'
import { markdown } from '../../../reading/formats/exports.ts'
import { sharedJson } from '../../../reading/formats/shared-json.ts'
import { type Asked, type DocumentedAnswer, endpoint } from '../../pipeline/endpoint.ts'
import type { HttpSettings } from '../../pipeline/http-settings.ts'
import { askingOf } from '../../input/asking.ts'
import { cookieOf, setCookie, unlockCookieName, viewCookieName } from '../../input/cookies.ts'
import { chooseEncoding } from '../../input/encoding.ts'
import { type LinkForm, wantedLinkForm } from '../../input/negotiate.ts'
import { shownShare } from '../../output/shown-share.ts'
import { refuseShare } from '../../output/share-refusal.ts'
import { refusedView } from '../../output/outcome.ts'
import { presentedPassword } from '../../input/presented-password.ts'
import { readerHashOf, shareProofs } from '../../input/share-proofs.ts'
import { readUuid } from '../../input/share-uuid.ts'
import { showPage } from '../accounts/account-answers.ts'
import { chatPageFormat } from './chat-page-format.ts'
import { PAGE_HEADERS, type PageAddress } from '../document.ts'
import { requestedPage } from './not-listed-page.ts'
import { answerProveEmail } from './prove-email-form.ts'
import { refusalPage } from './refusal-page.ts'
import { useViewPage } from './use-view-page.ts'

const PATH = '/shared/chats/{uuid}'
const VARY = 'Cookie, Authorization, Accept, Accept-Encoding'

const page = (description: string): DocumentedAnswer => ({
  description,
  schema: Type.String(),
  contentType: 'text/html',
})
const pages: Record<number, DocumentedAnswer> = {
  200: page('The chat, or the question whether to use one of its limited views'),
  401: page('A password is needed or wrong, or one has to sign in'),
  403: page('Not shared with who asks, or their address isn’t confirmed'),
  404: page("No such share, or it isn't active"),
  429: page('Too many wrong passwords; Retry-After tells the seconds'),
}

export const sharePageEndpoint = endpoint({
  method: 'GET',
  path: PATH,
  access: 'reader',
  tag: 'Pages',
  summary: 'The page of a shared chat',
  description:
    'Takes the same proofs as the API. `.md` or `.json` at its end, or `Accept: text/markdown`, `application/json` or `text/plain`, gives the chat itself. Where views are limited, the page asks first.',
  params: SharedChatParams,
  errors: 'page',
  answers: { ...pages, 304: { description: 'The page is what If-None-Match names' } },
  async handle(asked, context, settings): Promise<Answer> {
    const { uuid, ending } = readName(asked.params.uuid)
    const form = ending ?? formFor(asked.request)
    // Who names a form is a program that means to read; link previews and prefetching ask for a page.
    const isNamed = !isPage(form)
    const named = { ...asked, params: { uuid } }
    const opened = await open(named, context, settings, { form, mayUseUpView: isNamed })
    return show(opened, named, context, settings, form)
  },
})

/** The page's own forms: a password, an email and its code, the wish to use a limited view, to be let in or forgotten. */
export const sharePageFormEndpoint = endpoint({
  method: 'POST',
  path: PATH,
  access: 'visitor',
  tag: 'Pages',
  isReading: true,
  summary: "Send one of the page's forms",
  description:
    'With `password`: unlocks and leads back to the page. With `email`: sends a code and asks for it; with `code` too: proves the email and leads back. With `request`: asks the owner to let one in. With `forget`: ends what this browser has proved. With `open`: uses one view, and shows the chat.',
  params: SharedChatParams,
  body: [
    Type.Object({
      password: Type.Optional(Type.String()),
      email: Type.Optional(Type.String()),
      code: Type.Optional(Type.String()),
      request: Type.Optional(Type.String()),
      forget: Type.Optional(Type.String()),
      open: Type.Optional(Type.String()),
    }),
  ],
  takesForms: true,
  bodyLimit: 64 * 1024,
  errors: 'page',
  answers: { ...pages, 303: { description: 'Unlocked or proved; back to the page' } },
  async handle(asked, context, settings) {
    const { password, email, code, request, forget } = asked.body
    if (password !== undefined) return unlock(asked, password, context, settings)
    if (email !== undefined && context.outbox) {
      const at = addressOf(asked, settings)
      return answerProveEmail(asked, { email, code }, context, settings, at, (decision) =>
        refuse(decision, asked, context, settings),
      )
    }
    if (forget !== undefined) {
      await forgetProofs(context, readerHashOf(asked.request, settings.isSecure))
      return { status: 303, headers: { location: pathOf(asked) }, cookies: [settings.readerCookie('')] }
    }
    if (request !== undefined) return askToBeLetIn(asked, context, settings)
    // The chat is the answer itself: a redirect would need a way to show it again that costs nothing.
    const form = pageFor(asked.request)
    const opened = await open(asked, context, settings, { form, mayUseUpView: asked.body.open !== undefined })
    return show(opened, asked, context, settings, form)
  },
})

type AskedForPage = Pick<
  Asked<{ uuid: string }, unknown, unknown>,
  'params' | 'session' | 'tokenHash' | 'from' | 'request'
>

type Form = 'page' | 'gzippedPage' | LinkForm

function isPage(form: Form): boolean {
  return form === 'page' || form === 'gzippedPage'
}

function formFor(request: AskedRequest): Form {
  return wantedLinkForm(request.headers.accept) ?? pageFor(request)
}

/** The name of a share, and the form that an ending asks for: `….md`, `….json`. */
function readName(name: string): { uuid: string; ending: LinkForm | undefined } {
  if (name.endsWith('.md')) return { uuid: name.slice(0, -3), ending: 'markdown' }
  if (name.endsWith('.json')) return { uuid: name.slice(0, -5), ending: 'json' }
  return { uuid: name, ending: undefined }
}

function pageFor({ headers }: AskedRequest): Form {
  return chooseEncoding(headers['accept-encoding'], ['gzip']) === 'gzip' ? 'gzippedPage' : 'page'
}

function pathOf({ params }: AskedForPage): string {
  return `/shared/chats/${encodeURIComponent(params.uuid)}`
}

function addressOf(asked: AskedForPage, settings: HttpSettings): PageAddress {
  return { origin: settings.pageOrigin(asked.request), path: pathOf(asked) }
}

async function open(
  asked: AskedForPage,
  context: Context,
  settings: HttpSettings,
  { form, mayUseUpView }: { form: Form; mayUseUpView: boolean },
): Promise<OpenedShare> {
  const { params, request } = asked
  const uuid = readUuid(params.uuid)
  const proofs = proofsFor(uuid, asked, settings, form)
  const opened = await openShare(context, uuid, proofs, {
    ...askingOf(request, formatOf(form, request, context, settings), mayUseUpView),
    grantsView: isPage(form),
  })
  settings.countOutcome(opened.decision.outcome)
  return opened
}

/** What a page is asked for with; one that was shown a moment ago may be loaded again. */
function proofsFor(
  uuid: string | undefined,
  asked: AskedForPage,
  settings: HttpSettings,
  form: Form,
): Proofs {
  const proofs = shareProofs(uuid, asked, settings)
  // Programs' reads count each, as the API's do.
  if (uuid === undefined || !isPage(form)) return proofs
  return { ...proofs, viewToken: cookieOf(asked.request, viewCookieName(uuid), settings.isSecure) }
}

function formatOf(
  form: Form,
  request: AskedRequest,
  { renderer, now }: Context,
  settings: HttpSettings,
): ChatFormat {
  if (form === 'json') return sharedJson
  if (form === 'markdown' || form === 'text') return markdown
  const origin = settings.pageOrigin(request)
  return chatPageFormat({ renderer, isGzipped: form === 'gzippedPage', origin, now: now() })
}

function show(
  opened: OpenedShare,
  asked: AskedForPage,
  context: Context,
  settings: HttpSettings,
  form: Form,
): Answer {
  const { decision, needsView } = opened
  const { session } = decision
  if (needsView) return { ...showPage(useViewPage(addressOf(asked, settings))), session }
  const shown = shownShare(opened, settings, { ...ABOUT, link: alternatesOf(asked) }, SENT[form])
  if (shown) return shown
  const refused = refusedAs(form, opened.decision, asked, context, settings)
  return { ...refused, session, asksPassword: decision.outcome === 'ask-password' }
}

const MARKDOWN = 'text/markdown; charset=utf-8'

const ABOUT = { ...PAGE_HEADERS, vary: VARY }
const SENT = {
  page: {},
  gzippedPage: { 'content-encoding': 'gzip' },
  markdown: { 'content-type': MARKDOWN },
  text: { 'content-type': 'text/plain; charset=utf-8' },
  json: { 'content-type': 'application/json; charset=utf-8' },
}

/** Where programs find the same chat in the forms that they read. */
function alternatesOf(asked: AskedForPage): string {
  const path = pathOf(asked)
  return `<${path}.md>; rel="alternate"; type="text/markdown", <${path}.json>; rel="alternate"; type="application/json"`
}

function refusedAs(
  form: Form,
  decision: ViewDecision,
  asked: AskedForPage,
  context: Context,
  settings: HttpSettings,
): Answer {
  if (form === 'json') return refuseShare(decision)
  if (form === 'markdown' || form === 'text') return refuseText(decision, SENT[form])
  return refuse(decision, asked, context, settings)
}

async function unlock(
  asked: AskedForPage,
  password: string,
  context: Context,
  settings: HttpSettings,
): Promise<Answer> {
  const uuid = readUuid(asked.params.uuid)
  // Nothing entered is no try.
  if (password === '') return { status: 303, headers: { location: pathOf(asked) } }
  const unlocked = await unlockShare(context, uuid, { password, session: asked.session, from: asked.from })
  if (!unlocked.unlocked) {
    settings.countOutcome(unlocked.decision.outcome)
    return refuse(unlocked.decision, asked, context, settings, true)
  }
  const { cookie: set } = unlocked
  return {
    status: 303,
    headers: { location: pathOf(asked) },
    ...(set
      ? {
          cookies: [
            setCookie(unlockCookieName(set.uuid), set.token, UNLOCK_LIFETIME / 1000, settings.isSecure),
            settings.deviceCookie(set.device),
          ],
        }
      : {}),
  }
}

async function askToBeLetIn(asked: AskedForPage, context: Context, settings: HttpSettings): Promise<Answer> {
  const uuid = readUuid(asked.params.uuid)
  const proofs = shareProofs(uuid, asked, settings)
  const { decision, email } = await requestAccess(context, uuid, proofs, settings.pageOrigin(asked.request))
  if (email !== undefined) return showPage(requestedPage(addressOf(asked, settings), email))
  if (decision.outcome === 'show') return { status: 303, headers: { location: pathOf(asked) } }
  return refuse(decision, asked, context, settings)
}

const HOW_TO_PROVE_A_PASSWORD =
  'Send its password with HTTP Basic, under any user name or none, such as `curl -u :PASSWORD`.'

/** A refusal for programs that asked for text. */
function refuseText(decision: ViewDecision, type: { readonly 'content-type': string }): Answer {
  const { status, statusMessage, message, retryAfter } = refusedView(decision)
  return {
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    body: decision.outcome === 'ask-password' ? `${message} ${HOW_TO_PROVE_A_PASSWORD}\n` : `${message}\n`,
    headers: {
      ...type,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
  }
}

function refuse(
  decision: ViewDecision,
  asked: AskedForPage,
  context: Context,
  settings: HttpSettings,
  wasTried = false,
): Answer {
  const { status, retryAfter } = refusedView(decision)
  const wasWrong =
    wasTried || (presentedPassword(asked.request.headers.authorization)?.readings().length ?? 0) > 0
  const signedInAs = decision.session?.email
  const page = refusalPage(decision, context, { at: addressOf(asked, settings), wasWrong, signedInAs })
  return showPage(page, status, retryAfter)
}

import { Type } from 'typebox'
import { copyShare } from '../../../actions/sharing/copy-share.ts'
import type { Context } from '../../../actions/context.ts'
import { SharedChatParams } from '../../../contract/shares.ts'
import { decideView } from '../../../reading/decide-view.ts'
import type { ViewDecision } from '../../../reading/outcome-of.ts'
import { shareProofs } from '../../input/share-proofs.ts'
import { readUuid } from '../../input/share-uuid.ts'
import type { Answer } from '../../pipeline/answer.ts'
import { leftSignal } from '../../pipeline/asked.ts'
import { type Asked, endpoint } from '../../pipeline/endpoint.ts'
import type { HttpSettings } from '../../pipeline/http-settings.ts'
import { signInPath, signUpPath } from '../accounts/sign-in-paths.ts'
import { showPage } from '../accounts/account-answers.ts'
import { type Html, html } from '../html.ts'
import { saveIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'

const shared = {
  path: '/shared/chats/{uuid}/save',
  access: 'visitor',
  tag: 'Pages',
  params: SharedChatParams,
  errors: 'page',
} as const

type AskedToSave = Asked<{ uuid: string }, unknown, unknown>

export const savePageEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'The page to keep a shared chat: a copy among one’s own, or a file',
  answers: {
    200: { description: 'The page', schema: Type.String(), contentType: 'text/html' },
    303: { description: 'To the share’s page, where one may not view it yet' },
  },
  async handle(asked, context, settings) {
    const decision = await decide(asked, context, settings)
    return decision.outcome === 'show' ? showPage(savePage(decision, asked)) : toShare(asked)
  },
})

export const saveFormEndpoint = endpoint({
  ...shared,
  method: 'POST',
  isHeavy: true,
  summary: 'Save a copy among my own chats, and go to it',
  description: 'For whoever is signed in and may view the chat; counts as a view.',
  body: [Type.Object({})],
  takesForms: true,
  bodyLimit: 1024,
  answers: { 303: { description: 'To the copy, or to where one may sign in or read the chat' } },
  async handle(asked, context, settings) {
    const { params, session, request } = asked
    if (!session) return { status: 303, headers: { location: signInPath(pathOf(asked)) } }
    const uuid = readUuid(params.uuid)
    const proofs = { ...shareProofs(uuid, asked, settings), session }
    const { copy } = await copyShare(context, uuid, proofs, leftSignal(request))
    return copy ? { status: 303, headers: { location: `/chats/${copy.id}` } } : toShare(asked)
  },
})

function decide(asked: AskedToSave, context: Context, settings: HttpSettings): Promise<ViewDecision> {
  const uuid = readUuid(asked.params.uuid)
  return decideView(context, uuid, shareProofs(uuid, asked, settings))
}

function sharePathOf({ params }: AskedToSave): string {
  return `/shared/chats/${encodeURIComponent(params.uuid)}`
}

function pathOf(asked: AskedToSave): string {
  return `${sharePathOf(asked)}/save`
}

function toShare(asked: AskedToSave): Answer {
  return { status: 303, headers: { location: sharePathOf(asked) } }
}

const FILES = [
  ['html', 'One HTML file', 'looks like the page and needs no network'],
  ['markdown', 'Markdown', 'to read and to edit'],
  ['zip', 'ZIP', 'the text, with its pictures and files beside it'],
  ['json', 'JSON', 'to import again without loss'],
  ['openai', 'OpenAI messages', 'to go on with'],
] as const

/** Names nothing of the chat: whoever has the page open may not be allowed to view it any more. */
function savePage({ share, isOwner }: ViewDecision, asked: AskedToSave): Html {
  const { session, params } = asked
  const isLimited = !isOwner && share !== undefined && share.maxViews !== null
  const next = pathOf(asked)
  return noticePage({
    title: 'Save this chat',
    icon: saveIcon,
    text: html`${isLimited && html`<p>Each copy and each file uses one of the link’s views.</p>`}
      <h2>Among your chats</h2>
      <p>What becomes of the shared chat doesn’t touch your copy.</p>`,
    actions: html`${
        session
          ? html`<p class="account">
                Signed in as <strong>${session.email}</strong>. <a href="${signInPath(next)}">Not you?</a>
              </p>
              <form method="post" action="${next}">
                <button class="main-action">Save a copy</button>
              </form>`
          : html`<p class="actions">
              <a class="main-action" href="${signInPath(next)}">Sign in to save a copy</a>
              <a class="other-action" href="${signUpPath(next)}">Create an account</a>
            </p>`
      }
      <h2>As a file</h2>
      <ul class="files">
        ${FILES.map(
          ([format, name, use]) =>
            html`<li>
              <a href="/api/shared/chats/${encodeURIComponent(params.uuid)}/export?format=${format}" download
                >${name}</a
              >, ${use}
            </li>`,
        )}
      </ul>
      <p class="other"><a href="${sharePathOf(asked)}">Back to the chat</a></p>`,
  })
}

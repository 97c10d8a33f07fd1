import { formatList } from '../../../importing/format-list.ts'
import { signInPath, signUpPath } from '../accounts/sign-in-paths.ts'
import { document, type PageAddress } from '../document.ts'
import { type Html, html } from '../html.ts'
import { eyeIcon, globeIcon, keyIcon, linkIcon, lockIcon, pauseIcon, peopleIcon, saveIcon } from '../icons.ts'
import { pageAssets } from '../page-assets.ts'
import { productPicture } from './product-picture.ts'

const DESCRIPTION =
  'Paste a conversation, drop an export or push it from your coding agent. You get one link, you say who may open it, and you can take it back at any time.'

/** For who comes to the start page and isn't signed in: what this is, what it takes, what it promises, and the way in. */
export function landingPage({ at, canSignUp }: { at: PageAddress; canSignUp: boolean }): Html {
  return document({
    title: 'Neptun Share: share a conversation with an AI',
    style: pageAssets().landingStyle,
    preview: { title: 'Neptun Share', description: DESCRIPTION, at },
    tools: html`<a class="tool sign-in" href="${signInPath('/')}">Sign in</a>`,
    body: html`<main id="main" class="landing">
      <section class="hero">
        <div>
          <h1>Share a conversation with an AI, and decide who may see it.</h1>
          <p>${DESCRIPTION}</p>
          ${wayIn(canSignUp)}
        </div>
        ${productPicture}
      </section>
      <section aria-labelledby="who">
        <h2 id="who">You say who may open it</h2>
        <ul class="points">
          ${AUDIENCES.map(point)}
        </ul>
      </section>
      <section aria-labelledby="formats">
        <h2 id="formats">Bring it from where you had it</h2>
        <p>
          Just as it was copied or downloaded: the format is recognised, formulas, code, tables and an agent’s
          steps stay what they are.
        </p>
        <ul class="formats">
          ${formatList.map(({ from }) => html`<li>${from}</li>`)}
        </ul>
      </section>
      <section aria-labelledby="promises">
        <h2 id="promises">What it promises</h2>
        <ul class="points">
          ${PROMISES.map(point)}
        </ul>
      </section>
      <section class="last">
        <h2>Ready when you are</h2>
        ${wayIn(canSignUp)}
      </section>
    </main>`,
  })
}

function wayIn(canSignUp: boolean): Html {
  const signIn = html`<a class="${canSignUp ? 'other-action' : 'main-action'}" href="${signInPath('/')}"
    >Sign in</a
  >`
  return html`<p class="actions">
    ${canSignUp && html`<a class="main-action" href="${signUpPath('/')}">Create an account</a>`}${signIn}
  </p>`
}

interface Point {
  readonly icon: Html
  readonly name: string
  readonly text: string
}

const AUDIENCES: readonly Point[] = [
  { icon: lockIcon, name: 'Only you', text: 'Nothing is shown to anybody before you say so.' },
  { icon: keyIcon, name: 'People with a password', text: 'No account needed: they enter it once and read.' },
  { icon: peopleIcon, name: 'Certain people', text: 'You list their emails, and nobody else gets in.' },
  { icon: globeIcon, name: 'Everyone with the link', text: 'For a post, an issue or a friend of a friend.' },
]

const PROMISES: readonly Point[] = [
  {
    icon: pauseIcon,
    name: 'You can take it back',
    text: 'Pause, delete or lock a link, and the very next request finds it closed, also for those who had it open.',
  },
  {
    icon: eyeIcon,
    name: 'You see what they see',
    text: 'Look at the page as a stranger or as any of your readers before you send the link.',
  },
  {
    icon: linkIcon,
    name: 'No trackers',
    text: 'Nothing is loaded from elsewhere, and chats can be read without JavaScript.',
  },
  {
    icon: saveIcon,
    name: 'It stays yours',
    text: 'On this server alone, and yours to take along: Markdown, HTML, JSON or OpenAI messages.',
  },
]

function point({ icon, name, text }: Point): Html {
  return html`<li>
    <span class="emblem">${icon}</span>
    <h3>${name}</h3>
    <p>${text}</p>
  </li>`
}

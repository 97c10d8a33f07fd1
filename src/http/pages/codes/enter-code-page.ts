import type { LinkPreview } from '../document.ts'
import { type Html, html } from '../html.ts'
import { mailIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'
import { secondsInWords } from '../../../accounts/seconds-in-words.ts'

/** How the last code was wrong. */
export type CodeProblem = 'wrong' | { readonly retryAfterSeconds: number }

/** Asks for the code that was sent. */
export function enterCodePage(asked: {
  /** what was done, and what to expect */
  readonly text: Html
  /** what the forms are sent to */
  readonly action: string
  /** goes along with the code, and asks for another one */
  readonly email: string
  readonly problem?: CodeProblem | undefined
  readonly submit: string
  readonly preview?: LinkPreview
  readonly other: Html
}): Html {
  const { text, action, email, problem, submit, preview, other } = asked
  const isWrong = problem !== undefined
  return noticePage({
    title: 'Enter the code',
    icon: mailIcon,
    ...(preview ? { preview } : {}),
    text,
    actions: html`<form method="post" action="${action}">
        <input type="hidden" name="email" value="${email}" />
        <div class="field">
          <label for="code">Code from the mail</label>
          <input
            id="code"
            class="code"
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck="false"
            maxlength="40"
            required
            autofocus
            aria-describedby="${isWrong ? 'problem' : 'code-hint'}"
            ${isWrong && html` aria-invalid="true"`}
          />
          ${isWrong && html`<p id="problem" class="problem" role="alert">${problemText(problem)}</p>`}
          <p id="code-hint" class="hint">8 digits. It counts once, for 10 minutes.</p>
        </div>
        <button class="main-action">${submit}</button>
      </form>
      <form method="post" action="${action}" class="again">
        <input type="hidden" name="email" value="${email}" />
        <button class="other-action" name="again" value="1">Send a new code</button>
      </form>
      <p class="other">${other}</p>`,
  })
}

function problemText(problem: CodeProblem): Html {
  if (problem === 'wrong') {
    return html`That code doesn’t count. Look for the newest mail: each new code replaces the one before, and
    after five wrong tries you need a new one.`
  }
  return html`Too many wrong codes came from here. Please wait ${secondsInWords(problem.retryAfterSeconds)},
  then try again.`
}

/**
 * What somebody reads who has asked for a code: the same for everyone.
 *
 * @param condition on which a mail goes out; undefined where it always does
 */
export function sentText(email: string, condition: string | undefined): Html {
  return html`<p>
      ${condition === undefined ? 'A mail' : `If ${condition}, a mail`} with a code is on its way to
      <strong>${email}</strong>. It takes a minute at most.
    </p>
    <p>Nothing there? Look among the spam, and check the address.</p>`
}

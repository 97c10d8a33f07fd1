import { MAX_PASSWORD_LENGTH, MIN_ACCOUNT_PASSWORD_LENGTH } from '../../../accounts/password.ts'
import { emailField } from '../email-field.ts'
import { type Html, html } from '../html.ts'
import { mark } from '../icons.ts'
import { noticePage } from '../notice-page.ts'
import { secretField } from '../secret-field.ts'

/** What signing in and signing up look alike in. */
export function accountFormPage(form: {
  readonly title: string
  readonly intro: Html
  /** of the page itself, which the form is sent to */
  readonly action: string
  readonly email: string
  readonly password: { readonly autocomplete: 'current-password' | 'new-password'; readonly hint?: string }
  readonly submit: string
  /** other ways in */
  readonly besides?: Html
  /** what went wrong the last time */
  readonly problem?: { readonly message: Html; readonly field?: 'email' | 'password' }
  /** the way to the other form */
  readonly other: Html
}): Html {
  const { title, intro, action, email, password, submit, besides, problem, other } = form
  const wrong = (field: 'email' | 'password') =>
    problem?.field === field && html` aria-invalid="true" aria-describedby="problem"`
  const focusPassword = problem !== undefined && email !== '' && problem.field !== 'email'
  const focus = html` autofocus`
  return noticePage({
    title,
    icon: mark,
    text: html`${intro}
    ${problem && html`<p id="problem" class="problem" role="alert">${problem.message}</p>`}`,
    actions: html`<form method="post" action="${action}">
        <div class="field">
          ${emailField(email, html` autocomplete="username"${wrong('email')}${!focusPassword && focus}`)}
        </div>
        <div class="field">
          <label for="password">Password</label>
          ${secretField(
            html` autocomplete="${password.autocomplete}"${
              password.autocomplete === 'new-password' &&
              html` minlength="${MIN_ACCOUNT_PASSWORD_LENGTH}" maxlength="${MAX_PASSWORD_LENGTH}"`
            }${
              wrong('password') || (password.hint !== undefined && html` aria-describedby="password-hint"`)
            }${focusPassword && focus}`,
          )}
          ${password.hint !== undefined && html`<p id="password-hint" class="hint">${password.hint}</p>`}
        </div>
        <button class="main-action">${submit}</button>
      </form>
      ${besides}
      <p class="other">${other}</p>`,
  })
}

import {
  MAX_PASSWORD_LENGTH,
  MIN_ACCOUNT_PASSWORD_LENGTH,
  PASSWORD_HINT,
} from '../../../accounts/password.ts'
import { type Html, html } from '../html.ts'
import { lockIcon } from '../icons.ts'
import { noticePage } from '../notice-page.ts'

/** Signed in by a code: offers to set a new password, as the old one may be forgotten. */
export function newPasswordPage(asked: {
  readonly action: string
  readonly next: string
  readonly email: string
  readonly problem?: Html
}): Html {
  const { action, next, email, problem } = asked
  return noticePage({
    title: 'You are signed in',
    icon: lockIcon,
    text: html`<p>
      As <strong>${email}</strong>. If you have forgotten your password, set a new one now: in the next 10
      minutes it takes no other. All other devices are signed out then.
    </p>`,
    actions: html`<form method="post" action="${action}">
        <input type="hidden" name="username" value="${email}" autocomplete="username" />
        <div class="field">
          <label for="password">New password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            minlength="${MIN_ACCOUNT_PASSWORD_LENGTH}"
            maxlength="${MAX_PASSWORD_LENGTH}"
            required
            aria-describedby="${problem ? 'problem' : 'hint'}"
            ${problem && html` aria-invalid="true"`}
          />
          ${problem && html`<p id="problem" class="problem" role="alert">${problem}</p>`}
          <p id="hint" class="hint">${PASSWORD_HINT}</p>
        </div>
        <button class="main-action">Set the password</button>
      </form>
      <p class="other"><a href="${next}">Go on without</a></p>`,
  })
}

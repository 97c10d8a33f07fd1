import { Refusal, type RefusalReason } from '../../../actions/refusal.ts'
import type { StartedSession } from '../../../actions/accounts/start-session.ts'
import type { Answer } from '../../pipeline/answer.ts'
import type { HttpSettings } from '../../pipeline/http-settings.ts'
import { refusalFacts } from '../../pipeline/refusal-facts.ts'
import { PAGE_HEADERS } from '../document.ts'
import type { Html } from '../html.ts'

/** Signed in: on to where one came from. */
export function goOn(session: StartedSession, next: string, settings: HttpSettings): Answer {
  return {
    status: 303,
    headers: { location: next },
    cookies: [...settings.sessionCookies(session.token), settings.deviceCookie(session.device)],
  }
}

export function showPage(page: Html, status = 200, retryAfter?: number): Answer {
  return {
    status,
    body: page.text,
    headers: { ...PAGE_HEADERS, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
  }
}

/** Does what a form asks for; where that is refused, shows the form again. */
export async function orShowAgain(
  act: () => Promise<Answer>,
  formAfter: (reason: RefusalReason) => Html,
): Promise<Answer> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, retryAfter } = refusalFacts(error.reason, 'email, password')
    return showPage(formAfter(error.reason), status, retryAfter)
  }
}

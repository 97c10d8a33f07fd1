import { normaliseEmail } from '../../../accounts/email.ts'
import { askToRead, proveEmail } from '../../../actions/sharing/prove-email.ts'
import type { Context } from '../../../actions/context.ts'
import type { ViewDecision } from '../../../reading/outcome-of.ts'
import type { Asked } from '../../pipeline/endpoint.ts'
import type { Answer } from '../../pipeline/answer.ts'
import type { HttpSettings } from '../../pipeline/http-settings.ts'
import { readerHashOf } from '../../input/share-proofs.ts'
import { readUuid } from '../../input/share-uuid.ts'
import { showPage } from '../accounts/account-answers.ts'
import type { PageAddress } from '../document.ts'
import { askReadersCode, askReadersEmail } from './whose-chat-page.ts'

/**
 * The page's forms by which somebody proves an email without an account: first the address, then the code.
 *
 * @param refuse the page of a share that isn't there, or isn't active
 */
export async function answerProveEmail(
  asked: Pick<Asked<{ uuid: string }, unknown, unknown>, 'params' | 'from' | 'request'>,
  sent: { readonly email: string; readonly code: string | undefined },
  context: Context,
  settings: HttpSettings,
  at: PageAddress,
  refuse: (decision: ViewDecision) => Answer,
): Promise<Answer> {
  const { params, from, request } = asked
  const { email, code } = sent
  const uuid = readUuid(params.uuid)
  if (email === '') return showPage(askReadersEmail({ at }))
  if (normaliseEmail(email) === undefined)
    return showPage(askReadersEmail({ at, email, isNoEmail: true }), 400)
  if (code === undefined) {
    const origin = settings.pageOrigin(request)
    const done = await askToRead(context, uuid, { email, origin, from })
    return done.refused ? refuse(done.refused) : showPage(askReadersCode({ at, email: done.email }))
  }
  const former = readerHashOf(request, settings.isSecure)
  const proved = await proveEmail(context, uuid, { email, code }, former, from)
  if (!proved.refused) {
    return { status: 303, headers: { location: at.path }, cookies: [settings.readerCookie(proved.token)] }
  }
  switch (proved.refused.outcome) {
    case 'ask-sign-in':
      return showPage(askReadersCode({ at, email, problem: 'wrong' }), 401)
    case 'too-many-tries': {
      const { retryAfterSeconds = 1 } = proved.refused
      return showPage(askReadersCode({ at, email, problem: { retryAfterSeconds } }), 429, retryAfterSeconds)
    }
    default:
      return refuse(proved.refused)
  }
}

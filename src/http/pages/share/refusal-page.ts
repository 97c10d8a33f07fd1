import type { Context } from '../../../actions/context.ts'
import { signUpWay } from '../../../actions/accounts/sign-up-way.ts'
import type { ViewDecision } from '../../../reading/outcome-of.ts'
import type { PageAddress } from '../document.ts'
import type { Html } from '../html.ts'
import { confirmFirstPage } from './confirm-first-page.ts'
import { inactivePage } from './inactive-page.ts'
import { notFoundPage } from './not-found-page.ts'
import { notListedPage } from './not-listed-page.ts'
import { passwordPage } from './password-page.ts'
import { signInToSeePage } from './sign-in-to-see-page.ts'
import { askReadersEmail } from './whose-chat-page.ts'

/** What a refusal's page depends on besides the decision and the server. */
interface Refused {
  readonly at: PageAddress
  /** a password came along that isn't right */
  readonly wasWrong: boolean
  /** their email */
  readonly signedInAs: string | undefined
}

/** What a visitor gets who may not view a share, with the way on. */
export function refusalPage(
  decision: ViewDecision,
  { policy, outbox, signOn }: Pick<Context, 'policy' | 'outbox' | 'signOn'>,
  { at, wasWrong, signedInAs }: Refused,
): Html {
  const { operatorContact: contact, unverifiedEmails } = policy
  const sendsMail = outbox !== undefined
  const needsVerifying = !sendsMail && unverifiedEmails === 'refuse'
  const provider = needsVerifying ? signOn?.name : undefined
  switch (decision.outcome) {
    case 'show':
      throw new Error('A shown share is not refused.')
    case 'not-found':
      return notFoundPage()
    case 'inactive':
      return inactivePage()
    case 'ask-password':
      return passwordPage({ at, wasWrong })
    case 'too-many-tries':
      return passwordPage({ at, retryAfterSeconds: decision.retryAfterSeconds ?? 1 })
    case 'ask-sign-in':
      return sendsMail && decision.info.shareHasWhitelist
        ? askReadersEmail({ at })
        : signInToSeePage({
            at,
            needsOperator: needsVerifying && !signOn,
            contact,
            provider,
            canSignUp: signUpWay({ policy, signOn }) !== 'none',
          })
    case 'confirm-email':
      return confirmFirstPage({ at, email: signedInAs ?? '', sendsMail, contact, provider })
    case 'not-listed':
      return notListedPage({
        at,
        emails: decision.visitor.verifiedEmails,
        sendsMail,
        isProvedHere: decision.visitor.verifiedEmails.some((email) => email !== signedInAs),
      })
  }
}

import type { ViewDecision } from '../../../reading/outcome-of.ts'
import type { PageAddress } from '../document.ts'
import type { Html } from '../html.ts'
import { inactivePage } from './inactive-page.ts'
import { notFoundPage } from './not-found-page.ts'
import { notListedPage } from './not-listed-page.ts'
import { passwordPage } from './password-page.ts'
import { signInToSeePage } from './sign-in-to-see-page.ts'

/** What a refusal's page depends on besides the decision. */
interface Refused {
  readonly at: PageAddress
  /** a password came along that isn't right */
  readonly wasWrong: boolean
  readonly signedInAs: { readonly email: string; readonly isVerified: boolean } | undefined
}

/** What a visitor gets who may not view a share, with the way on. */
export function refusalPage(
  { outcome, retryAfterSeconds }: Pick<ViewDecision, 'outcome' | 'retryAfterSeconds'>,
  { at, wasWrong, signedInAs }: Refused,
): Html {
  switch (outcome) {
    case 'show':
      throw new Error('A shown share is not refused.')
    case 'not-found':
      return notFoundPage()
    case 'inactive':
      return inactivePage()
    case 'ask-password':
      return passwordPage({ at, wasWrong })
    case 'too-many-tries':
      return passwordPage({ at, retryAfterSeconds: retryAfterSeconds ?? 1 })
    case 'ask-sign-in':
      return signInToSeePage(at)
    case 'not-listed':
      return notListedPage({
        at,
        email: signedInAs?.email ?? '',
        isVerified: signedInAs?.isVerified ?? false,
      })
  }
}

import { isActive, type ShareState } from './share.ts'
import type { Visitor } from './visitor.ts'

export type Outcome =
  | 'show'
  | 'ask-password'
  | 'ask-sign-in'
  | 'not-listed'
  | 'inactive'
  | 'not-found'
  | 'too-many-tries'

/**
 * Decides who may view a share: the one rule that API, pages, exports and previews ask. The first line
 * that applies answers, and whatever isn't proved is refused.
 *
 * @param share undefined when there is no such share
 * @param now epoch milliseconds
 */
export function whoMayView(share: ShareState | undefined, visitor: Visitor, now: number): Outcome {
  if (!share) return 'not-found'
  if (visitor.account?.id === share.ownerId) return 'show'
  if (!isActive(share, now)) return 'inactive'

  if (share.hasPassword && visitor.passwordProof === 'tries-used-up') return 'too-many-tries'
  if (share.hasPassword && visitor.passwordProof !== 'proved') return 'ask-password'

  const isForListed = share.whitelist.size > 0
  const isForOwnerAlone = share.isProtected && !share.hasPassword && !isForListed
  if (isForListed || isForOwnerAlone) {
    if (!visitor.account) return 'ask-sign-in'
    const email = visitor.account.verifiedEmail
    if (email === null || !share.whitelist.emails.includes(email)) return 'not-listed'
  }
  return 'show'
}

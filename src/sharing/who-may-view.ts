import { domainOf } from '../accounts/email.ts'
import { type Share, shareState } from './share.ts'
import type { Visitor } from './visitor.ts'

export type Outcome =
  | 'show'
  | 'ask-password'
  | 'ask-sign-in'
  | 'confirm-email'
  | 'not-listed'
  | 'inactive'
  | 'not-found'
  | 'too-many-tries'

/** What the rule looks at. */
export interface GuardedShare extends Pick<
  Share,
  | 'ownerId'
  | 'isShared'
  | 'isProtected'
  | 'passwordHash'
  | 'hasWhitelist'
  | 'expiresAt'
  | 'maxViews'
  | 'viewCount'
  | 'lateViewCount'
> {
  /** the entries of its whitelist, emails and `@domains`; those that can't matter to the visitor may be left out */
  readonly whitelist: readonly string[]
}

/**
 * Decides who may view a share: the one rule that API, pages, exports and previews ask. The first line
 * that applies answers, and whatever isn't proved is refused.
 *
 * @param share undefined when there is no such share
 * @param now epoch milliseconds
 */
export function whoMayView(share: GuardedShare | undefined, visitor: Visitor, now: number): Outcome {
  if (!share) return 'not-found'
  if (visitor.accountId === share.ownerId) return 'show'
  const state = shareState(share, now)
  // Whoever took the last view goes on with what it showed them.
  const isOpen = state === 'active' || (state === 'used-up' && visitor.holdsView)
  if (!isOpen || visitor.foundNoView) return 'inactive'

  const hasPassword = share.passwordHash !== null
  if (hasPassword && visitor.passwordProof === 'tries-used-up') return 'too-many-tries'
  if (hasPassword && visitor.passwordProof !== 'proved') return 'ask-password'

  const isForOwnerAlone = share.isProtected && !hasPassword && !share.hasWhitelist
  if (share.hasWhitelist || isForOwnerAlone) {
    if (visitor.accountId === null && visitor.verifiedEmails.length === 0) return 'ask-sign-in'
    // Listed or not: who isn't, would learn the list by signing up under one address after the other.
    if (visitor.verifiedEmails.length === 0) return 'confirm-email'
    if (!visitor.verifiedEmails.some((email) => isListed(share.whitelist, email))) return 'not-listed'
  }
  return 'show'
}

/** A whole domain lists the emails of exactly that domain, none of those below it. */
function isListed(whitelist: readonly string[], email: string): boolean {
  return whitelist.includes(email) || whitelist.includes(domainOf(email))
}

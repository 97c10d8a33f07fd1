import { isActive } from './share.ts'
import type { GuardedShare, Outcome } from './who-may-view.ts'

/** The flags that every answer about a share carries. */
export interface ShareInfo {
  readonly shareExists: boolean
  readonly shareIsActive: boolean
  readonly shareIsPrivate: boolean
  readonly shareHasPassword: boolean
  readonly shareHasWhitelist: boolean
}

/** What is said where nothing is known. */
export const unknownShareInfo: ShareInfo = {
  shareExists: false,
  shareIsActive: false,
  shareIsPrivate: false,
  shareHasPassword: false,
  shareHasWhitelist: false,
}

/** The flags that go with an outcome: a share that isn't active tells nobody how it was protected. */
export function shareInfoFor(share: GuardedShare | undefined, outcome: Outcome, now: number): ShareInfo {
  if (!share || outcome === 'not-found') return unknownShareInfo
  if (outcome === 'inactive') return { ...unknownShareInfo, shareExists: true }
  return {
    shareExists: true,
    shareIsActive: isActive(share, now),
    shareIsPrivate: share.isProtected,
    shareHasPassword: share.passwordHash !== null,
    shareHasWhitelist: share.hasWhitelist,
  }
}

import type { ShareSettings } from './share.ts'

/** What an owner may set on a share; a field left out keeps its value. Passwords come hashed. */
export interface ShareChange {
  readonly isShared?: boolean | undefined
  readonly isProtected?: boolean | undefined
  /** null removes the password */
  readonly passwordHash?: string | null | undefined
  /** epoch milliseconds; null never expires */
  readonly expiresAt?: number | null | undefined
  readonly maxViews?: number | null | undefined
  /** null tells readers no name */
  readonly sharedBy?: string | null | undefined
  /** normal forms; replaces the whole list */
  readonly emails?: readonly string[] | undefined
}

export const newShareSettings: ShareSettings = {
  isShared: true,
  isProtected: false,
  passwordHash: null,
  unlockVersion: 1,
  expiresAt: null,
  maxViews: null,
  sharedBy: null,
  hasWhitelist: false,
}

export type ShareProblem = { readonly field: 'is_protected' | 'expires_at'; readonly message: string }

/**
 * Applies a change to a share's settings. A share never opens by accident: a password or an entry protects
 * it, removing the last one leaves it protected, and only an explicit `isProtected: false` opens it, which is
 * refused while a password or an entry remains.
 *
 * @returns the new settings, or the first problem with the change
 */
export function changeShare(
  current: ShareSettings,
  change: ShareChange,
  now: number,
): { readonly settings: ShareSettings } | { readonly problem: ShareProblem } {
  if (change.expiresAt !== undefined && change.expiresAt !== null && change.expiresAt <= now) {
    return {
      problem: { field: 'expires_at', message: 'expires_at is in the past; give a time in the future.' },
    }
  }
  const passwordHash = change.passwordHash === undefined ? current.passwordHash : change.passwordHash
  const hasWhitelist = change.emails === undefined ? current.hasWhitelist : change.emails.length > 0
  const isGated = passwordHash !== null || hasWhitelist
  if (change.isProtected === false && isGated) {
    return {
      problem: {
        field: 'is_protected',
        message: 'A share with a password or a whitelist is protected; remove both to open it.',
      },
    }
  }
  return {
    settings: {
      isShared: change.isShared ?? current.isShared,
      isProtected: isGated || (change.isProtected ?? current.isProtected),
      passwordHash,
      unlockVersion: current.unlockVersion + (passwordHash === current.passwordHash ? 0 : 1),
      expiresAt: change.expiresAt === undefined ? current.expiresAt : change.expiresAt,
      maxViews: change.maxViews === undefined ? current.maxViews : change.maxViews,
      sharedBy: change.sharedBy === undefined ? current.sharedBy : change.sharedBy,
      hasWhitelist,
    },
  }
}

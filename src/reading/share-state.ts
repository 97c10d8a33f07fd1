import type { ShareSettings } from '../sharing/change-share.ts'
import type { ShareState } from '../sharing/share.ts'

/**
 * A stored share as the rule sees it.
 *
 * @param emails of its whitelist, as far as they matter to the visitor who asks
 */
export function shareState(
  share: ShareSettings & { readonly ownerId: number; readonly countedViews: number },
  emails: readonly string[],
): ShareState {
  return {
    ownerId: share.ownerId,
    isShared: share.isShared,
    isProtected: share.isProtected,
    hasPassword: share.passwordHash !== null,
    whitelist: { size: share.whitelistSize, emails },
    expiresAt: share.expiresAt,
    maxViews: share.maxViews,
    countedViews: share.countedViews,
  }
}

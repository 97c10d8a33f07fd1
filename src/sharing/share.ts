/** What a share is, as far as deciding about it goes. Times are epoch milliseconds. */
export interface ShareState {
  readonly ownerId: number
  readonly isShared: boolean
  readonly isProtected: boolean
  readonly hasPassword: boolean
  /** `size` counts all entries; `emails` may be narrowed to those that matter to the visitor who asks. */
  readonly whitelist: { readonly size: number; readonly emails: readonly string[] }
  readonly expiresAt: number | null
  readonly maxViews: number | null
  /** Views that count against `maxViews`. */
  readonly countedViews: number
}

/** Whether the share is open for anyone but its owner: not paused, not expired, not used up. */
export function isActive(
  share: Pick<ShareState, 'isShared' | 'expiresAt' | 'maxViews' | 'countedViews'>,
  now: number,
): boolean {
  if (!share.isShared) return false
  if (share.expiresAt !== null && share.expiresAt <= now) return false
  return share.maxViews === null || share.countedViews < share.maxViews
}

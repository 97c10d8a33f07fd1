import type { Share } from '../../src/client/types.ts'

export type ShareState = Share['state']

export const stateNames: Record<ShareState, string> = {
  active: 'Active',
  paused: 'Paused',
  expired: 'Expired',
  'used-up': 'Used up',
}

/** Who a share lets in, in a few words. */
export function audienceOf(share: Share): string {
  if (!share.is_protected) return 'Anyone with the link'
  const people = share.whitelist_count === 1 ? '1 person' : `${share.whitelist_count} people`
  if (share.whitelist_count > 0) return share.has_password ? `${people} with the password` : people
  return share.has_password ? 'Anyone with the password' : 'Only you'
}

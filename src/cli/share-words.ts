import type { Share } from '../client/types.ts'

/** Whether the link works, in a word or two. */
export function stateOf({ state }: Share): string {
  return state === 'used-up' ? 'used up' : state
}

/** Who can open the link while it is active. */
export function readersOf(share: Share): string {
  const emails = `${share.whitelist_count} ${share.whitelist_count === 1 ? 'email' : 'emails'}`
  if (share.has_password && share.whitelist_count > 0) return `${emails} + password`
  if (share.has_password) return 'password'
  if (share.whitelist_count > 0) return emails
  return share.is_protected ? 'only you' : 'anyone'
}

export function viewsOf(share: Share): string {
  return share.max_views === null ? String(share.view_count) : `${share.view_count}/${share.max_views}`
}

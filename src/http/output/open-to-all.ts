import type { ViewDecision } from '../../reading/outcome-of.ts'

/** Answers about an open share may be kept and asked about again; all others are never stored. */
export function isOpenToAll({ info, isOwner }: ViewDecision): boolean {
  return !isOwner && !info.shareIsPrivate && !info.shareHasPassword && !info.shareHasWhitelist
}

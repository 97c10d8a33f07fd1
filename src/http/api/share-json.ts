import type { Static } from 'typebox'
import { invalidBody } from '../../actions/refusal.ts'
import type { ShareInput } from '../../actions/sharing/save-share.ts'
import type { Share, ShareBody } from '../../contract/shares.ts'
import { visibleText } from '../../rendering/plain-excerpt.ts'
import { type OwnShare, shareState } from '../../sharing/share.ts'
import { isoTime, isoTimeOrNull } from '../output/present.ts'

// A share as JSON, both ways.

/** What an owner sent about a share. */
export function readShareInput(body: Static<typeof ShareBody>): ShareInput {
  return {
    isShared: body.is_shared,
    isProtected: body.is_protected,
    password: body.password === undefined ? body.hashed_password : body.password,
    expiresAt: typeof body.expires_at === 'string' ? readTime(body.expires_at) : body.expires_at,
    maxViews: body.max_views,
    sharedBy: typeof body.shared_by === 'string' ? visibleText(body.shared_by) || null : body.shared_by,
    snapshot: body.snapshot,
    emails: body.emails,
  }
}

/** The last moment that four-digit years can tell. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

function readTime(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time) || time > END_OF_TIME) {
    throw invalidBody('expires_at', 'Not a time that exists; write it like 2030-01-31T12:00:00Z.')
  }
  return time
}

/**
 * A share for its owner; its password leaves in no form.
 *
 * @param origin under which readers reach us
 * @param now epoch milliseconds
 */
export function presentShare(share: OwnShare, origin: string, now: number): Static<typeof Share> {
  return {
    id: share.id,
    chat_conversation_id: share.chatId,
    uuid: share.uuid,
    share_uuid: share.uuid,
    url: `${origin}/shared/chats/${share.uuid}`,
    state: shareState(share, now),
    is_shared: share.isShared,
    is_protected: share.isProtected,
    has_password: share.passwordHash !== null,
    hashed_password: null,
    whitelist_count: share.whitelistSize,
    expires_at: isoTimeOrNull(share.expiresAt),
    max_views: share.maxViews,
    view_count: share.viewCount,
    ...(share.sharedBy === null ? {} : { shared_by: share.sharedBy }),
    snapshot_at: isoTimeOrNull(share.snapshotAt),
    created_at: isoTime(share.createdAt),
    updated_at: isoTime(share.updatedAt),
  }
}

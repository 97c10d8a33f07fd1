import type { Static } from 'typebox'
import type { ShareInput } from '../../actions/sharing/save-share.ts'
import type { Share, ShareBody } from '../../contract/shares.ts'
import { visibleText } from '../../rendering/plain-excerpt.ts'
import { type OwnShare, shareState } from '../../sharing/share.ts'
import { readExpiry } from '../input/read-expiry.ts'
import { isoTime, isoTimeOrNull } from '../output/present.ts'

// A share as JSON, both ways.

/** What an owner sent about a share. @param origin our own, for mails */
export function readShareInput(body: Static<typeof ShareBody>, origin: string): ShareInput {
  return {
    isShared: body.is_shared,
    isProtected: body.is_protected,
    password: body.password === undefined ? body.hashed_password : body.password,
    expiresAt: typeof body.expires_at === 'string' ? readExpiry(body.expires_at) : body.expires_at,
    maxViews: body.max_views,
    sharedBy: typeof body.shared_by === 'string' ? visibleText(body.shared_by) || null : body.shared_by,
    mailFirstRead:
      body.mail_at_first_read === undefined ? undefined : { isWanted: body.mail_at_first_read, origin },
    snapshot: body.snapshot,
    emails: body.emails,
    inviteFrom: body.notify === true ? origin : undefined,
    label: typeof body.label === 'string' ? body.label.trim().normalize('NFC') : body.label,
  }
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
    label: share.label,
    last_viewed_at: isoTimeOrNull(share.lastViewedAt),
    reader_count: share.readerCount,
    is_selection: share.isSelection,
    mail_at_first_read: share.mailsFirstRead,
    created_at: isoTime(share.createdAt),
    updated_at: isoTime(share.updatedAt),
  }
}

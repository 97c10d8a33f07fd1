import type { Chat, Share } from '../../client/types.ts'
import { printableLine } from '../../terminal/printable.ts'
import type { OwnerApi } from './api.ts'
import { Failure } from '../failure.ts'

/** What a push asks of a link. What it doesn't ask for stays unchanged; a new link is private. */
export type Access = {
  readonly isPublic: boolean
  readonly password: string | undefined
  readonly emails: readonly string[] | undefined
  /** mails the link to those who are new on the list */
  readonly notifies: boolean
  /** ISO 8601 */
  readonly expiresAt: string | undefined
  readonly maxViews: number | undefined
  /** one mail to its owner, when somebody reads it next */
  readonly mailsFirstRead: boolean
  readonly isSnapshot: boolean
  /** which of the chat's links; undefined is its main one */
  readonly label: string | undefined
}

/** Makes a chat's link, or changes the one that it has. */
export async function shareChat(
  api: OwnerApi,
  chat: Chat,
  existing: Share | undefined,
  access: Access,
): Promise<Share> {
  if (existing !== undefined && access.isPublic && (existing.has_password || existing.whitelist_count > 0)) {
    throw new Failure(
      'refused',
      `The link of ${printableLine(chat.name)} asks for a ${existing.has_password ? 'password' : 'listed email'}, and ` +
        '--public doesn’t take that away. Remove the link with neptun-share rm, then push for a new one.',
    )
  }
  const isFrozen = existing !== undefined && existing.snapshot_at !== null
  if (access.isSnapshot && existing?.is_selection) {
    throw new Failure(
      'refused',
      `The link of ${printableLine(chat.name)} shows a part of the chat, and --snapshot would show all of it. ` +
        'Update it in the browser, or push with another --label.',
    )
  }
  const changes = {
    ...(access.isPublic || existing === undefined ? { is_protected: !access.isPublic } : {}),
    ...(access.password === undefined ? {} : { password: access.password }),
    ...(access.emails === undefined ? {} : { emails: [...access.emails] }),
    ...(access.notifies ? { notify: true } : {}),
    ...(access.expiresAt === undefined ? {} : { expires_at: access.expiresAt }),
    ...(access.maxViews === undefined ? {} : { max_views: access.maxViews }),
    ...(access.mailsFirstRead ? { mail_at_first_read: true } : {}),
    ...(access.isSnapshot && !isFrozen ? { snapshot: true } : {}),
  }
  const labelled = access.label === undefined ? {} : { label: access.label }
  const isUnchanged = existing !== undefined && Object.keys(changes).length === 0
  const share = isUnchanged ? existing : await api.createShare(chat.id, { ...changes, ...labelled })
  if (!access.isSnapshot || !isFrozen) return share
  return api.updateSnapshot(share)
}

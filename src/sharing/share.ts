/** One of a chat's links: what its owner set, and what was counted. Times are epoch milliseconds. */
export interface Share {
  readonly id: number
  /** the name in the link, in lower case */
  readonly uuid: string
  readonly chatId: number
  readonly ownerId: number
  /** false while its owner paused it */
  readonly isShared: boolean
  readonly isProtected: boolean
  readonly passwordHash: string | null
  /** raised by whatever must end unlocks: another password, another UUID */
  readonly unlockVersion: number
  readonly hasWhitelist: boolean
  readonly expiresAt: number | null
  readonly maxViews: number | null
  readonly viewCount: number
  /** views of `viewCount` that don't count against `maxViews`: they were written after the limit was set */
  readonly lateViewCount: number
}

/** What an owner may set. */
export type ShareSettings = Pick<
  Share,
  'isShared' | 'isProtected' | 'passwordHash' | 'unlockVersion' | 'hasWhitelist' | 'expiresAt' | 'maxViews'
> & {
  /** the name that readers are told it is shared by; null tells none */
  readonly sharedBy: string | null
}

/** A share as its owner sees it. */
export interface OwnShare extends Share {
  readonly chatName: string
  /** tells the chat's links apart; null for its main one */
  readonly label: string | null
  readonly lastViewedAt: number | null
  /** emails that were proved to read it */
  readonly readerCount: number
  /** its snapshot shows a part of the chat, or the chat redacted */
  readonly isSelection: boolean
  readonly whitelistSize: number
  /** null while the share shows the chat as it is; another snapshot has another id */
  readonly snapshotId: number | null
  readonly snapshotRevision: string | null
  readonly sharedBy: string | null
  /** when the snapshot was taken; null while the share shows the chat as it is */
  readonly snapshotAt: number | null
  /** its owner wants, or got, one mail at its first read since they said so */
  readonly mailsFirstRead: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** Whether others can open the share, or why not. */
export type ShareState = 'active' | 'paused' | 'expired' | 'used-up'

type Dated = Pick<Share, 'isShared' | 'expiresAt' | 'maxViews' | 'viewCount' | 'lateViewCount'>

/** The state of a share. @param now epoch milliseconds */
export function shareState(share: Dated, now: number): ShareState {
  if (!share.isShared) return 'paused'
  if (share.expiresAt !== null && share.expiresAt <= now) return 'expired'
  const counted = share.viewCount - share.lateViewCount
  return share.maxViews !== null && counted >= share.maxViews ? 'used-up' : 'active'
}

/** Whether the share is open for anyone but its owner. @param now epoch milliseconds */
export function isActive(share: Dated, now: number): boolean {
  return shareState(share, now) === 'active'
}

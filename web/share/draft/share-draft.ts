import type { Share, ShareBody } from '../../../src/client/types.ts'

/** What the owner is setting in the dialog. */
export interface ShareDraft {
  readonly audience: 'open' | 'private'
  readonly password: DraftPassword
  /** normal forms */
  readonly emails: readonly string[]
  /** ISO 8601; null never */
  readonly expiresAt: string | null
  readonly maxViews: number | null
  readonly content: 'live' | 'snapshot'
  /** tells the chat's links apart; empty for its main one */
  readonly label: string
  /** the name that readers are told; empty tells none */
  readonly sharedBy: string
  /** one mail to the owner, when it is read next */
  readonly mailsFirstRead: boolean
}

/** `kept` is one that the server has: nobody can read it any more, only replace or remove it. */
export type DraftPassword =
  | { readonly kind: 'none' }
  | { readonly kind: 'kept' }
  | { readonly kind: 'new'; readonly text: string }

/** The default: a link for nobody but its owner, until they say who else. */
const newShareDraft: ShareDraft = {
  audience: 'private',
  password: { kind: 'none' },
  emails: [],
  expiresAt: null,
  maxViews: null,
  content: 'live',
  label: '',
  sharedBy: '',
  mailsFirstRead: false,
}

/** @param share undefined for a chat that has none yet */
export function draftOf(share: Share | undefined, emails: readonly string[]): ShareDraft {
  if (!share) return newShareDraft
  return {
    audience: share.is_protected ? 'private' : 'open',
    password: { kind: share.has_password ? 'kept' : 'none' },
    emails,
    expiresAt: share.expires_at,
    maxViews: share.max_views,
    content: share.snapshot_at === null ? 'live' : 'snapshot',
    label: share.label ?? '',
    sharedBy: share.shared_by ?? '',
    mailsFirstRead: share.mail_at_first_read,
  }
}

/** The draft as saving would leave it: a new password that nobody has typed yet changes nothing. */
export function afterSaving(saved: ShareDraft, draft: ShareDraft): ShareDraft {
  const isUntyped = draft.password.kind === 'new' && draft.password.text === ''
  return isUntyped ? { ...draft, password: saved.password } : draft
}

/** What is wrong with a draft, as a sentence to its owner. @param now epoch milliseconds */
export function problemOf(saved: ShareDraft, draft: ShareDraft, now: number): string | undefined {
  const { password, expiresAt } = draft
  if (draft.audience === 'private' && password.kind === 'new' && /^\s+$/.test(password.text)) {
    return 'A password needs more than spaces.'
  }
  const isNewExpiry = expiresAt !== null && expiresAt !== saved.expiresAt
  return isNewExpiry && Date.parse(expiresAt) <= now
    ? 'The expiry is in the past. Choose a time in the future.'
    : undefined
}

/** Whether saving would let everybody with the link in, where it doesn't now. */
export function opensToAll(saved: Share | undefined, draft: ShareDraft): boolean {
  return saved !== undefined && saved.is_protected && draft.audience === 'open'
}

/** Only what differs from what is saved; an empty object when nothing does. */
export function changesOf(saved: ShareDraft, draft: ShareDraft): ShareBody {
  const password = draft.audience === 'open' ? ({ kind: 'none' } as const) : draft.password
  const emails = draft.audience === 'open' ? [] : draft.emails
  return {
    ...(draft.audience === saved.audience ? {} : { is_protected: draft.audience === 'private' }),
    ...passwordChange(saved.password, password),
    ...(isSameList(saved.emails, emails) ? {} : { emails: [...emails] }),
    ...(draft.expiresAt === saved.expiresAt ? {} : { expires_at: draft.expiresAt }),
    ...(draft.maxViews === saved.maxViews ? {} : { max_views: draft.maxViews }),
    ...(draft.sharedBy.trim() === saved.sharedBy ? {} : { shared_by: draft.sharedBy.trim() || null }),
    ...(draft.mailsFirstRead === saved.mailsFirstRead ? {} : { mail_at_first_read: draft.mailsFirstRead }),
    ...(draft.content === saved.content ? {} : { snapshot: draft.content === 'snapshot' }),
    ...(draft.label.trim() === saved.label ? {} : { label: draft.label.trim() || null }),
  }
}

/** What creates a share as drafted. */
export function creationOf(draft: ShareDraft): ShareBody {
  return { is_shared: true, is_protected: draft.audience === 'private', ...changesOf(newShareDraft, draft) }
}

export function isChanged(saved: ShareDraft, draft: ShareDraft): boolean {
  return Object.keys(changesOf(saved, draft)).length > 0
}

function passwordChange(saved: DraftPassword, wanted: DraftPassword): Pick<ShareBody, 'password'> {
  if (wanted.kind === 'new') return wanted.text === '' ? {} : { password: wanted.text }
  return wanted.kind === 'none' && saved.kind === 'kept' ? { password: null } : {}
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((email) => other.includes(email))
}

/** Whether a draft lets nobody in but its owner. */
export function isForOwnerAlone({ audience, password, emails }: ShareDraft): boolean {
  const hasPassword = password.kind === 'kept' || (password.kind === 'new' && password.text !== '')
  return audience === 'private' && !hasPassword && emails.length === 0
}

/** Whether saving would show all of a chat where the link shows a part of it now. */
export function showsMore(saved: Share | undefined, draft: ShareDraft): boolean {
  return saved?.is_selection === true && draft.content === 'live'
}

import { isDomainEntry } from '../../../src/accounts/email.ts'
import type { ShareDraft } from './share-draft.ts'

/** What the sentence needs besides the draft. */
export interface ShareFacts {
  readonly isPaused: boolean
  /** no view is left */
  readonly isUsedUp: boolean
  /** views so far */
  readonly viewCount: number
  /** when the snapshot was taken; undefined when one would be taken on saving */
  readonly snapshotAt: string | undefined
  /** epoch milliseconds */
  readonly now: number
  /** the server does, so that an email can be confirmed by a code */
  readonly sendsMail: boolean
  /** how a time reads to the owner */
  readonly formatTime: (iso: string) => string
}

/** Who can see a share, in one plain sentence that leaves nothing out. */
export function whoCanSee(draft: ShareDraft, facts: ShareFacts): string {
  const who = readersOf(draft, facts.sendsMail)
  if (who === undefined) {
    return 'Only you can see this: it is private, and nobody has been let in yet.'
  }
  if (isExpired(draft, facts.now)) return 'Only you can see this: the link has expired.'
  if (facts.isUsedUp) return 'Only you can see this: all its views are used up.'
  const sentence = `${who} can read this chat${limitsOf(draft, facts)}, ${contentOf(draft, facts)}.`
  if (!facts.isPaused) return sentence
  return `Only you can see this while it is paused; after that, ${lowerFirst(sentence)}`
}

function isExpired(draft: ShareDraft, now: number): boolean {
  return draft.expiresAt !== null && Date.parse(draft.expiresAt) <= now
}

/** How they show that the email is theirs. */
function proofOf(emails: readonly string[], sendsMail: boolean): string {
  const [first = ''] = emails
  const whose = emails.length === 1 && !isDomainEntry(first) ? 'that' : 'their'
  return sendsMail ? `once they have confirmed ${whose} email` : `signed in with ${whose} email`
}

function readersOf(draft: ShareDraft, sendsMail: boolean): string | undefined {
  if (draft.audience === 'open') return 'Anyone who has the link'
  const hasPassword =
    draft.password.kind === 'kept' || (draft.password.kind === 'new' && draft.password.text !== '')
  if (draft.emails.length === 0) return hasPassword ? 'Anyone who has the link and the password' : undefined
  const listed = `Only ${peopleOf(draft.emails)}, ${proofOf(draft.emails, sendsMail)}`
  return hasPassword ? `${listed} and knowing the password,` : `${listed},`
}

function peopleOf(emails: readonly string[]): string {
  const [first, second] = emails
  if (emails.length === 1 && first !== undefined) return nameOf(first)
  if (emails.length === 2 && second !== undefined) return `${nameOf(first ?? '')} and ${nameOf(second)}`
  const domains = emails.filter(isDomainEntry)
  const people = `the ${emails.length - domains.length} people on your list`
  if (domains.length === 0) return people
  const [domain = ''] = domains
  const everyone = domains.length === 1 ? nameOf(domain) : `everyone of ${domains.length} domains`
  return domains.length === emails.length ? everyone : `${people} and ${everyone}`
}

function nameOf(entry: string): string {
  return isDomainEntry(entry) ? `people at ${entry.slice(1)}` : entry
}

function limitsOf(draft: ShareDraft, facts: ShareFacts): string {
  const until = draft.expiresAt === null ? '' : ` until ${facts.formatTime(draft.expiresAt)}`
  if (draft.maxViews === null) return until
  const times = draft.maxViews === 1 ? 'once' : `${draft.maxViews} times`
  const soFar = facts.viewCount === 0 ? '' : ` (${facts.viewCount} so far)`
  return `${until}${until === '' ? '' : ','} at most ${times} in all${soFar}`
}

function contentOf(draft: ShareDraft, facts: ShareFacts): string {
  if (draft.content === 'live') return 'including what you add later'
  return facts.snapshotAt === undefined
    ? 'as it is now'
    : `as it was on ${facts.formatTime(facts.snapshotAt)}`
}

/** "Anyone" and "Only" begin a sentence; an email keeps its letters. */
function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

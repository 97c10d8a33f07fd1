import { type Outcome, whoMayView } from '../../../src/sharing/who-may-view.ts'
import { stranger } from '../../../src/sharing/visitor.ts'
import type { ServerFacts } from '../../../src/client/types.ts'
import type { ShareDraft } from './share-draft.ts'

/** Who the owner imagines to be. */
export interface ImaginedVisitor {
  readonly email: string | undefined
  readonly hasPassword: boolean
}

const OWNER = 1
const SOMEBODY_ELSE = 2

/** What a visitor would get once the draft is saved, by the same rule that the server asks. @param now epoch milliseconds */
export function predictPreview(
  draft: ShareDraft,
  visitor: ImaginedVisitor,
  facts: { readonly isPaused: boolean; readonly viewCount: number; readonly now: number },
): Outcome {
  const isOpen = draft.audience === 'open'
  const emails = isOpen ? [] : draft.emails
  const { password } = draft
  const hasPassword =
    !isOpen && (password.kind === 'kept' || (password.kind === 'new' && password.text !== ''))
  return whoMayView(
    {
      ownerId: OWNER,
      isShared: !facts.isPaused,
      isProtected: !isOpen,
      passwordHash: hasPassword ? 'the server knows it' : null,
      hasWhitelist: emails.length > 0,
      whitelist: emails,
      expiresAt: draft.expiresAt === null ? null : Date.parse(draft.expiresAt),
      maxViews: draft.maxViews,
      viewCount: facts.viewCount,
      lateViewCount: 0,
    },
    {
      ...stranger,
      ...(visitor.email === undefined ? {} : { accountId: SOMEBODY_ELSE, verifiedEmails: [visitor.email] }),
      passwordProof: visitor.hasPassword ? 'proved' : 'none',
    },
    facts.now,
  )
}

/** What an outcome is to the visitor, as a sentence to the owner. */
export function outcomeSentence(outcome: Outcome): string {
  switch (outcome) {
    case 'show':
      return 'They read the chat.'
    case 'ask-password':
      return 'They are asked for the password and see nothing else.'
    case 'ask-sign-in':
      return 'They are asked to sign in and see nothing else.'
    case 'confirm-email':
      return 'They are told that their address isn’t verified and see nothing else.'
    case 'not-listed':
      return 'They are told that they are not on the list and see nothing else.'
    case 'inactive':
      return 'They are told that the link is not active and see nothing else.'
    case 'not-found':
      return 'They are told that there is no such link.'
    case 'too-many-tries':
      return 'They are told to try again later.'
  }
}

/** The same of a draft, which the server hasn't seen: for somebody with an email, by what it does about emails. */
export function predictedSentence(
  outcome: Outcome,
  visitor: ImaginedVisitor,
  facts: {
    readonly isListed: boolean
    readonly server: ServerFacts | undefined
    /** such a provider verifies emails */
    readonly hasSignOn: boolean
  },
): string {
  const { isListed, server, hasSignOn } = facts
  const needsProof = outcome === 'show' && isListed && visitor.email !== undefined
  if (!needsProof || server === undefined || server.unverified_emails === 'trust')
    return outcomeSentence(outcome)
  if (server.sends_mail) return 'They can read once they have confirmed this address by mail.'
  return hasSignOn
    ? 'They can read once they have signed in by single sign-on, where it has verified this address.'
    : 'They can read once the operator of this server has verified this address: it sends no mail.'
}

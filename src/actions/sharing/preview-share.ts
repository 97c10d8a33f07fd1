import { domainOf } from '../../accounts/email.ts'
import type { ReadableChat } from '../../reading/chat-format.ts'
import { outcomeOf, type ViewDecision } from '../../reading/outcome-of.ts'
import { readChat } from '../../reading/read-chat.ts'
import { stranger, type Visitor } from '../../sharing/visitor.ts'
import type { Outcome } from '../../sharing/who-may-view.ts'
import { findReader } from '../../storage/queries/readers.ts'
import { findUser, findUserByEmail } from '../../storage/queries/users.ts'
import { findListed } from '../../storage/queries/whitelist.ts'
import type { Context } from '../context.ts'
import { readEmail } from '../read-input.ts'
import { getShare, type ShareAddress } from './own-share.ts'

/** Whom the owner previews the share as. */
interface PreviewedVisitor {
  readonly email: string | undefined
  readonly hasPassword: boolean
}

interface Preview {
  readonly decision: ViewDecision
  /** where it is shown */
  readonly chat: ReadableChat | undefined
  /** what the outcome depends on, where it isn't as simple as that */
  readonly hint?: PreviewHint
}

/** They read once they have confirmed their address, by mail or by signing on; or nothing lets them confirm it. */
export type PreviewHint = 'once-confirmed' | 'once-signed-on' | 'cannot-confirm'

/** What confirms an address, if it has to be confirmed. */
type Confirming = 'needless' | 'by-mail' | 'by-sign-on' | 'impossible'

// No account has it: anyone but the owner is somebody else.
const SOMEBODY_ELSE = 0

/**
 * What a visitor would get, without counting anything: one who has proved nothing, or who comes with that email, and who
 * knows the password or doesn't.
 *
 * Where the server sends mail, whoever has the email can confirm it, so it counts as confirmed, with a hint. So it does
 * where a single sign-on may vouch for it. Elsewhere only an account that the operator has verified counts.
 */
export async function previewShare(
  context: Context,
  address: ShareAddress,
  { email: text, hasPassword }: PreviewedVisitor,
): Promise<Preview> {
  const email = text === undefined ? undefined : readEmail(text)
  return context.store.atOneMoment(async (store) => {
    const { uuid } = await getShare({ ...context, store }, address)
    const brought = { uuid, tokenHash: undefined, readerHash: undefined, address: undefined }
    const found = await findReader(store, brought, context.now())
    const owner = await findUser(store.read, address.userId)
    const isOwner = email !== undefined && email === owner?.email
    const confirms =
      isOwner || email === undefined ? 'needless' : await confirming({ ...context, store }, email)
    const visitor: Visitor = {
      ...stranger,
      ...(email === undefined
        ? {}
        : {
            accountId: isOwner ? owner.id : SOMEBODY_ELSE,
            verifiedEmails: confirms === 'impossible' ? [] : [email],
          }),
      passwordProof: hasPassword ? 'proved' : 'none',
    }
    const entries = visitor.verifiedEmails.flatMap((one) => [one, domainOf(one)])
    const share = found && {
      ...found.share,
      whitelist: await findListed(store.read, found.share.id, entries),
    }
    const decision = outcomeOf(context, { share, source: found?.source, session: undefined }, visitor)
    const isShown = decision.outcome === 'show' && found !== undefined
    const hint = hintOf(decision.outcome, share, confirms)
    return { decision, chat: isShown ? await readChat(store, found.source) : undefined, ...hint }
  })
}

/** Whether who has the email has to confirm it first, and can. */
async function confirming(
  { store, policy, outbox, signOn }: Pick<Context, 'store' | 'policy' | 'outbox' | 'signOn'>,
  email: string,
): Promise<Confirming> {
  if (policy.unverifiedEmails === 'trust') return 'needless'
  // Asked of nobody's account: whoever has the email reads, and an owner doesn't learn who has an account.
  if (outbox) return 'by-mail'
  if (signOn) return 'by-sign-on'
  const user = await findUserByEmail(store.read, email)
  return user?.isVerified ? 'needless' : 'impossible'
}

function hintOf(
  outcome: Outcome,
  share: { readonly hasWhitelist: boolean } | undefined,
  confirms: Confirming,
): { readonly hint?: PreviewHint } {
  if (outcome === 'confirm-email') return { hint: 'cannot-confirm' }
  if (outcome !== 'show' || share?.hasWhitelist !== true) return {}
  if (confirms === 'by-mail') return { hint: 'once-confirmed' }
  return confirms === 'by-sign-on' ? { hint: 'once-signed-on' } : {}
}

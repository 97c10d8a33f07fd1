import type { ReadableChat } from '../../reading/chat-format.ts'
import { outcomeOf, type ViewDecision } from '../../reading/outcome-of.ts'
import { readChat } from '../../reading/read-chat.ts'
import { stranger, type Visitor } from '../../sharing/visitor.ts'
import { findReader } from '../../storage/queries/readers.ts'
import { findUser } from '../../storage/queries/users.ts'
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
}

// No account has it: anyone but the owner is somebody else.
const SOMEBODY_ELSE = 0

/**
 * What a visitor would get, without counting anything: one who isn't signed in, or is with that (verified) email,
 * and who knows the password or doesn't.
 */
export async function previewShare(
  context: Context,
  address: ShareAddress,
  { email: text, hasPassword }: PreviewedVisitor,
): Promise<Preview> {
  const email = text === undefined ? undefined : readEmail(text)
  return context.store.atOneMoment(async (store) => {
    const { uuid } = await getShare({ ...context, store }, address)
    const found = await findReader(store, { uuid, tokenHash: undefined, address: undefined }, context.now())
    const owner = await findUser(store.read, address.userId)
    const visitor: Visitor = {
      ...stranger,
      ...(email === undefined
        ? {}
        : { accountId: email === owner?.email ? owner.id : SOMEBODY_ELSE, verifiedEmails: [email] }),
      passwordProof: hasPassword ? 'proved' : 'none',
    }
    const share = found && {
      ...found.share,
      whitelist: await findListed(store.read, found.share.id, visitor.verifiedEmails),
    }
    const decision = outcomeOf(context, { share, source: found?.source, session: undefined }, visitor)
    const isShown = decision.outcome === 'show' && found !== undefined
    return { decision, chat: isShown ? await readChat(store, found.source) : undefined }
  })
}

import { stranger, type Visitor } from '../../sharing/visitor.ts'
import { type Outcome, whoMayView } from '../../sharing/who-may-view.ts'
import type { Message } from '../../chats/message.ts'
import { findOpenableShare } from '../../storage/queries/openable-shares.ts'
import { findUser } from '../../storage/queries/users.ts'
import { isListed } from '../../storage/queries/whitelist.ts'
import type { Context } from '../context.ts'
import { onPresentSource, readChat, sourceOf } from '../../reading/open-share.ts'
import { getShare, type ShareAddress } from './own-share.ts'
import { readEmail } from '../read-input.ts'
import { shareState } from '../../reading/share-state.ts'

/** Whom the owner previews the share as. */
interface PreviewedVisitor {
  readonly email: string | undefined
  readonly hasPassword: boolean
}

interface Preview {
  readonly outcome: Outcome
  readonly messages: readonly Message[] | undefined
}

/**
 * What a visitor would get, without counting anything: one who isn't signed in, or is with that (verified) email,
 * and who knows the password or doesn't.
 */
export async function previewShare(
  context: Context,
  address: ShareAddress,
  visitor: PreviewedVisitor,
): Promise<Preview> {
  return onPresentSource(() => previewOnce(context, address, visitor))
}

async function previewOnce(
  context: Context,
  address: ShareAddress,
  visitor: PreviewedVisitor,
): Promise<Preview> {
  const email = visitor.email === undefined ? undefined : readEmail(visitor.email)
  const { uuid } = await getShare(context, address)
  const share = await findOpenableShare(context.store, uuid)
  const owner = await findUser(context.store.read, address.userId)
  const isListedEmail = share && email !== undefined && (await isListed(context.store, share.id, email))
  const asked: Visitor = {
    // Nobody has the account 0: anyone but the owner is somebody else.
    account: email === undefined ? null : { id: email === owner?.email ? owner.id : 0, verifiedEmail: email },
    passwordProof: visitor.hasPassword ? 'proved' : stranger.passwordProof,
  }
  const state = share && shareState(share, isListedEmail ? [email] : [])
  const outcome = whoMayView(state, asked, context.now())
  if (outcome !== 'show' || !share) return { outcome, messages: undefined }
  const { chat } = await readChat(context, sourceOf(share))
  return { outcome, messages: chat.messages }
}

import { insertChat, raiseRevision, type StoredChat } from '../storage/chats.ts'
import { appendMessages } from '../storage/messages.ts'
import type { Context, Session } from './context.ts'
import { decideView, type Proofs, type ViewDecision } from './decide-view.ts'
import { Refusal } from './refusal.ts'
import { countView, onPresentSource, readChat, sourceOf } from './open-share.ts'

/**
 * Copies a shared chat into the chats of a signed-in reader who may view it, which counts as a view. The copy is
 * theirs: what becomes of the share or its chat doesn't touch it. Messages keep their times.
 *
 * @returns the copy, or only the decision where the chat isn't shown
 */
export async function copyShare(
  context: Context,
  uuid: string | undefined,
  proofs: Proofs & { readonly session: Session },
): Promise<{ decision: ViewDecision; copy?: StoredChat }> {
  const { decision, chat } = await onPresentSource(async () => {
    const decision = await decideView(context, uuid, proofs)
    if (decision.outcome !== 'show' || !decision.share) return { decision, chat: undefined }
    const { chat } = await readChat(context, sourceOf(decision.share))
    return { decision, chat }
  })
  if (!chat) return { decision }
  const counted = await countView(context, decision)
  if (counted.outcome !== 'show') return { decision: counted }

  const { name, model, messages } = chat
  const now = context.now()
  const storing = context.store.transaction(async (trx) => {
    const inserted = await insertChat(trx, { userId: proofs.session.userId, name, model, createdAt: now })
    await appendMessages(trx, inserted.id, 0, messages)
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
    const change = { messages: messages.length, bytes, lastPosition: messages.length }
    await raiseRevision(trx, inserted.id, change, now)
    return inserted
  })
  const copy = await storing.catch((error: unknown) => {
    // The account was deleted in the same moment.
    throw context.store.dialect.isForeignKeyViolation(error) ? new Refusal({ code: 'user-not-found' }) : error
  })
  return { decision, copy }
}

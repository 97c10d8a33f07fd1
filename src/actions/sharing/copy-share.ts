import type { ReadableChat } from '../../reading/chat-format.ts'
import { decideView, type Proofs } from '../../reading/decide-view.ts'
import { decideAndRead, foundNoView } from '../../reading/open-share.ts'
import type { ViewDecision } from '../../reading/outcome-of.ts'
import { readChatInBatches, readFacts, SourceChanged } from '../../reading/read-chat.ts'
import type { BodySource } from '../../storage/queries/bodies.ts'
import { insertChat, raiseRevision, type StoredChat } from '../../storage/queries/chats.ts'
import { appendMessages } from '../../storage/queries/messages.ts'
import { adoptChat } from '../../storage/queries/hidden-copies.ts'
import { emailThatOpened } from '../../sharing/visitor.ts'
import { claimView } from '../../storage/queries/shares.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context, Session } from '../context.ts'
import { inTurn } from '../in-turn.ts'
import { isLarge, withHiddenCopy } from '../large-copies.ts'
import { copyFiles } from '../files/copy-files.ts'
import { checkQuota, countHourly } from '../quotas.ts'
import { Refusal } from '../refusal.ts'

/** Ends a transaction in which the last view turned out to be gone. */
class NoViewLeft extends Error {
  override readonly name = 'NoViewLeft'
}

const MOST_ATTEMPTS = 3

type ReaderProofs = Proofs & { readonly session: Session }

/**
 * Copies a shared chat into the chats of a signed-in reader who may view it, which counts as a view; a copy that can't
 * be stored uses up none. The copy is theirs: what becomes of the share or its chat doesn't touch it. Messages keep
 * their times.
 *
 * @param left when nobody waits for the copy any more; one that has begun is made
 * @returns the copy, or only the decision where the chat isn't shown
 * @throws Refusal when many others are being made and none ended within a minute
 */
export async function copyShare(
  context: Context,
  uuid: string | undefined,
  proofs: ReaderProofs,
  left: AbortSignal,
): Promise<{ decision: ViewDecision; copy?: StoredChat }> {
  // A copy holds the whole chat in memory. Whoever is refused anyway doesn't wait for that.
  const first = await decideView(context, uuid, proofs)
  if (first.outcome !== 'show') return { decision: first }
  await countHourly(context, proofs.session.userId, 'copies')
  return inTurn(context.copyTurns, proofs.session.userId, left, () => copyNow(context, uuid, proofs))
}

type Copied = { decision: ViewDecision; copy?: StoredChat }

async function copyNow(context: Context, uuid: string | undefined, proofs: ReaderProofs): Promise<Copied> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const decision = await decideView(context, uuid, proofs)
    const { outcome, source } = decision
    if (outcome !== 'show' || !source || !isLarge({ bytes: source.size })) break
    try {
      return await withHiddenCopy(context, source, 'chat', ({ to }) =>
        takeOver(context, uuid, proofs, { source, copyId: to.id }),
      )
    } catch (error) {
      if (!(error instanceof SourceChanged)) throw error
    }
  }
  const { decision, chat } = await decideAndRead(context, uuid, proofs)
  return chat
    ? keepCopy(context, decision, (trx) => storeCopy(context, trx, proofs.session.userId, chat))
    : { decision }
}

/**
 * Takes a large copy over that was made where nobody sees it, if it may still be viewed.
 *
 * @throws SourceChanged when it isn't a copy of what is shown now
 */
async function takeOver(
  context: Context,
  uuid: string | undefined,
  proofs: ReaderProofs,
  { source, copyId }: { readonly source: BodySource; readonly copyId: number },
): Promise<Copied> {
  const { name, model } = await readFacts(context.store, source)
  let named: ReadableChat['files'] = new Map()
  for await (const { files } of readChatInBatches(context.store, source)) named = files
  const decision = await decideView(context, uuid, proofs)
  if (decision.outcome !== 'show') return { decision }
  if (decision.source?.revision !== source.revision) throw new SourceChanged()
  const { userId } = proofs.session
  return keepCopy(context, decision, async (trx) => {
    await checkQuota(context, trx, userId, { chats: 1, bytes: source.size })
    const copy = await adoptChat(trx, copyId, {
      userId,
      name,
      model,
      bytes: source.size,
      now: context.now(),
    })
    await copyFiles(context, trx, userId, named)
    return copy
  })
}

/** Stores a copy, and counts the view. */
async function keepCopy(
  context: Context,
  decision: ViewDecision,
  store: (trx: Queries) => Promise<StoredChat>,
): Promise<Copied> {
  const { share, isOwner } = decision
  if (!share) return { decision }
  const isLimited = share.maxViews !== null && !isOwner
  const storing = context.store.transaction(async (trx) => {
    const copy = await store(trx)
    // Last, so that other readers don't wait for the messages to be written.
    if (isLimited && !(await claimView(trx, share, context.now()))) throw new NoViewLeft()
    return copy
  })
  try {
    const copy = await storing
    if (!isOwner) {
      const email = emailThatOpened(share, decision.visitor)
      context.views.count({ shareId: share.id, email, isClaimed: isLimited })
    }
    return { decision, copy }
  } catch (error) {
    if (error instanceof NoViewLeft) return { decision: foundNoView(context, decision) }
    // The account was deleted in the same moment.
    throw context.store.dialect.isForeignKeyViolation(error) ? new Refusal({ code: 'user-not-found' }) : error
  }
}

async function storeCopy(
  context: Context,
  trx: Queries,
  userId: number,
  { name, model, messages, files }: ReadableChat,
): Promise<StoredChat> {
  const now = context.now()
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  await checkQuota(context, trx, userId, { chats: 1, bytes })
  const inserted = await insertChat(trx, { userId, name, model, createdAt: now })
  await appendMessages(trx, inserted.id, 0, messages)
  await raiseRevision(
    trx,
    inserted.id,
    { messages: messages.length, bytes, lastPosition: messages.length },
    now,
  )
  await copyFiles(context, trx, userId, files)
  return inserted
}

import { viewToken } from '../secrets/view-token.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { claimView } from '../storage/queries/shares.ts'
import type { ChatFormat, ReadableChat, WriteFor } from './chat-format.ts'
import type { Origin, ReadingContext } from './context.ts'
import { decideView, type Proofs } from './decide-view.ts'
import type { Body } from './kept-bodies.ts'
import { outcomeOf, type ViewDecision } from './outcome-of.ts'
import { readChat, SourceChanged } from './read-chat.ts'

/** How a share is asked for. */
export interface Asking {
  readonly format: ChatFormat
  /** whether the asker has the bytes that this ETag names */
  readonly has: (etag: string) => boolean
  /** only the headers are wanted */
  readonly isHead: boolean
  /** false: a share with limited views only says that opening it takes one of them */
  readonly mayUseUpView: boolean
}

export interface OpenedShare {
  readonly decision: ViewDecision
  /** there when the outcome is `show` */
  readonly body?: Body
  readonly isUnmodified?: boolean
  /** the outcome is `show`, but it takes one of the share's limited views */
  readonly needsView?: boolean
  /** the outcome is `show`, but HEAD takes no view, and so tells nothing of the chat: no tag, length or name */
  readonly isUntold?: boolean
  /** one of the share's limited views was taken: for the browser's cookie, see secrets/view-token.ts */
  readonly grantedView?: string
}

/** A decision, and the chat as it was when it was decided, where it is shown. */
export interface DecidedChat {
  readonly decision: ViewDecision
  readonly chat: ReadableChat | undefined
}

/**
 * Opens a share for a reader: decides, finds the bytes, and counts the view.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 */
export async function openShare(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
  asking: Asking,
): Promise<OpenedShare> {
  return readDecided(context, uuid, proofs, (decision, read) =>
    show(context, decision, proofs.from, asking, read),
  )
}

/** Reads a source; rejects with SourceChanged when it isn't what was decided about any more. */
export type ReadSource = (source: BodySource) => Promise<ReadableChat>

/**
 * Decides, and does what follows from it.
 *
 * @param work is done once more when the chat was changed after the decision: with another one, of the same moment as
 *   what is read then
 */
export async function readDecided<T>(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
  work: (decision: ViewDecision, read: ReadSource) => Promise<T>,
): Promise<T> {
  const decision = await decideView(context, uuid, proofs)
  try {
    return await work(decision, (source) => readChat(context.store, source))
  } catch (error) {
    if (!(error instanceof SourceChanged)) throw error
  }
  const { decision: present, chat } = await decideAndRead(context, uuid, proofs)
  return work(present, async () => chat ?? Promise.reject(new SourceChanged()))
}

/** Decides and reads the chat in one transaction, so that both are of the same moment. */
export async function decideAndRead(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
): Promise<DecidedChat> {
  return context.store.atOneMoment(async (store) => {
    const decision = await decideView({ ...context, store }, uuid, proofs)
    const isShown = decision.outcome === 'show' && decision.source
    return { decision, chat: isShown ? await readChat(store, decision.source) : undefined }
  })
}

async function show(
  context: ReadingContext,
  decision: ViewDecision,
  from: Origin,
  asking: Asking,
  read: ReadSource,
): Promise<OpenedShare> {
  const { share, source, isOwner } = decision
  if (decision.outcome !== 'show' || !share || !source) return { decision }
  const takesView = share.maxViews !== null && !isOwner
  if (takesView && !asking.mayUseUpView) return { decision, needsView: true }
  if (takesView && asking.isHead) return { decision, isUntold: true }

  const asked = { view: decision, ownerId: share.ownerId, asker: from.address }
  const body = await bodyOf(context, source, asking.format, asked, () => read(source))
  if (asking.has(body.etag)) return { decision, body, isUnmodified: true }
  if (asking.isHead) return { decision, body }
  const counted = await countView(context, decision)
  if (counted.outcome !== 'show') return { decision: counted }
  if (!takesView) return { decision, body }
  return { decision, body, grantedView: viewToken(share, context.now(), context.store.secret) }
}

/**
 * The bytes of a source in a format.
 *
 * @param asked.view that the bytes are for; undefined for the chat's owner
 * @param asked.asker whose part of the budget of large answers it is
 * @param read the source's chat, where its bytes aren't kept
 */
export async function bodyOf(
  { bodies }: ReadingContext,
  source: BodySource,
  format: ChatFormat,
  asked: WriteFor & { readonly view: ViewDecision | undefined; readonly asker: string },
  read: () => Promise<ReadableChat>,
): Promise<Body> {
  const surroundings = format.surroundings(asked.view)
  return bodies.get(source, {
    format: `${format.name}.${format.version}`,
    isStored: source.size >= format.isStoredFrom,
    asker: asked.asker,
    wrapping: JSON.stringify(surroundings),
    wrap: (kept) => format.wrap(kept, surroundings),
    make: async () => format.write(await read(), asked),
  })
}

/**
 * Counts a view of a share that is shown, unless the owner looks; where views are limited, claims one.
 *
 * @returns the decision; where no view was left, what the rule says to that
 */
async function countView(context: ReadingContext, decision: ViewDecision): Promise<ViewDecision> {
  const { share, isOwner } = decision
  if (!share || isOwner) return decision
  if (share.maxViews === null) {
    context.views.count(share.id)
    return decision
  }
  const isClaimed = await claimView(context.store.write, share, context.now())
  return isClaimed ? decision : foundNoView(context, decision)
}

/** Asks the rule again about a visitor who was let in and then found no view left. */
export function foundNoView(context: ReadingContext, decision: ViewDecision): ViewDecision {
  return outcomeOf(context, decision, { ...decision.visitor, foundNoView: true })
}

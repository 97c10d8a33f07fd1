import { emailThatOpened } from '../sharing/visitor.ts'
import { viewToken } from '../secrets/view-token.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { claimView } from '../storage/queries/shares.ts'
import type { ChatFormat, ReadableChat } from './chat-format.ts'
import type { Origin, ReadingContext } from './context.ts'
import { decideView, type Proofs } from './decide-view.ts'
import { type Body, etagOf, keyOf, LARGEST_IN_MEMORY } from './kept-bodies.ts'
import { writeLargeBody } from './large-body.ts'
import { outcomeOf, type ViewDecision } from './outcome-of.ts'
import { readChat, SourceChanged } from './read-chat.ts'
import { writeWhileSent } from './write-while-sent.ts'

/** How a share is asked for. */
export interface Asking {
  readonly format: ChatFormat
  /** whether the asker has the bytes that this ETag names */
  readonly has: (etag: string) => boolean
  /** only the headers are wanted */
  readonly isHead: boolean
  /** when the asker has left; asked for only when there is much to do */
  readonly left: () => AbortSignal
  /** false: a share with limited views only says that opening it takes one of them */
  readonly mayUseUpView: boolean
  /** the page is asked for: a view that is taken for it lasts a while, see secrets/view-token.ts */
  readonly grantsView: boolean
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
  /** a view was taken: for the browser's cookie */
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
export function openShare(
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
 * @param work gets no `read` where the chat is read as it is at the moment. It is done once more when the chat was changed
 *   after the decision: with another one, of the same moment as what is read then
 */
export async function readDecided<T>(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
  work: (decision: ViewDecision, read?: ReadSource) => Promise<T>,
): Promise<T> {
  const decision = await decideView(context, uuid, proofs)
  try {
    return await work(decision)
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
  read: ReadSource | undefined,
): Promise<OpenedShare> {
  const { share, source, isOwner, visitor } = decision
  if (decision.outcome !== 'show' || !share || !source) return { decision }
  const takesView = share.maxViews !== null && !isOwner && !visitor.holdsView
  if (takesView && !asking.mayUseUpView) return { decision, needsView: true }
  if (takesView && asking.isHead) return { decision, isUntold: true }

  const asked = { view: decision, ownerId: share.ownerId, asker: () => from.address, left: asking.left }
  const body = await bodyOf(context, source, asking, asked, read)
  if (asking.has(body.etag)) return { decision, body, isUnmodified: true }
  if (asking.isHead || isOwner || visitor.holdsView) return { decision, body }
  let isShown = false
  try {
    if (takesView && !(await claimView(context.store.write, share, context.now()))) {
      return { decision: foundNoView(context, decision) }
    }
    isShown = true
    context.views.count({ shareId: share.id, email: emailThatOpened(share, visitor), isClaimed: takesView })
    // Pages say that they grant one; where views are limited, what the view showed has files that are read after it.
    if (!asking.grantsView && !takesView) return { decision, body }
    return { decision, body, grantedView: viewToken({ share, source }, context.now(), context.store.secret) }
  } finally {
    if (!isShown) body.release?.()
  }
}

/** For whom the bytes of a chat are. */
export interface BodyFor {
  /** the view that they are for; undefined for the chat's owner */
  readonly view: ViewDecision | undefined
  readonly ownerId: number
  /** whose part of the budget of large answers it is */
  readonly asker: () => string
  readonly left: () => AbortSignal
}

/**
 * The bytes of a source in a format; at once where they are kept. Of a large chat whose bytes aren't wanted there is the
 * tag alone.
 *
 * @param read the source's chat; undefined where it is read as it is at the moment
 */
export function bodyOf(
  context: ReadingContext,
  source: BodySource,
  { format, has, isHead }: Pick<Asking, 'format' | 'has' | 'isHead'>,
  { view, ownerId, asker, left }: BodyFor,
  read?: ReadSource,
): Body | Promise<Body> {
  const surroundings = format.surroundings(view)
  const made = { format: `${format.name}.${format.version}`, wrapping: textOf(surroundings) }
  if (format.writer && !read && source.size >= LARGEST_IN_MEMORY) {
    const etag = etagOf(context.store, keyOf(source, made))
    if (isHead || has(etag)) return { parts: [], etag }
    const asked = { etag, asker: asker(), signal: left() }
    return writeLargeBody(context, source, format.writer(surroundings), asked)
  }
  if (format.writeSlowly && source.size >= LARGEST_IN_MEMORY) {
    const asked = { ownerId, asker: asker(), signal: left() }
    return writeWhileSent(context, source, { format, surroundings, isHead }, asked, read)
  }
  return (
    context.bodies.kept(source, made) ??
    context.bodies.get(source, {
      ...made,
      isStored: source.size >= format.isStoredFrom,
      asker,
      left,
      wrap: (kept) => format.wrap(kept, surroundings),
      make: async (signal) => {
        const chat = await (read ? read(source) : readChat(context.store, source))
        return format.write(chat, { ownerId, signal })
      },
    })
  )
}

/** A format's surroundings as text that no others of it have. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Asks the rule again about a visitor who was let in and then found no view left. */
export function foundNoView(context: ReadingContext, decision: ViewDecision): ViewDecision {
  return outcomeOf(context, decision, { ...decision.visitor, foundNoView: true })
}

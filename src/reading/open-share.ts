import type { Message } from '../chats/message.ts'
import { shareInfoFor } from '../sharing/share-info.ts'
import { type Soon, whenThere } from '../soon.ts'
import type { BodySource } from '../storage/queries/bodies.ts'
import { findReadableChat } from '../storage/queries/chats.ts'
import { listMessages, listSnapshotMessages } from '../storage/queries/messages.ts'
import type { OpenableShare } from '../storage/queries/openable-shares.ts'
import { claimView } from '../storage/queries/shares.ts'
import { findSnapshot } from '../storage/queries/snapshots.ts'
import type { Context } from '../actions/context.ts'
import { decideView, type Proofs, type ViewDecision } from './decide-view.ts'
import type { Body } from './kept-bodies.ts'
import { shareState } from './share-state.ts'

/** A chat as a reader gets it. */
export interface ReadableChat {
  readonly name: string
  readonly model: string
  readonly createdAt: number
  /** of a snapshot, when it was taken */
  readonly updatedAt: number
  readonly messages: readonly Message[]
}

/** A chat, written down. */
export interface WrittenChat {
  readonly bytes: Buffer
  /** False where something was left out for lack of time: it is written anew after a while. */
  readonly isFinal: boolean
}

/** A way to write a chat down. What `write` makes is kept; `wrap` puts around it what depends on the view. */
export interface ChatFormat {
  /** changes whenever what `write` makes of a chat does */
  readonly name: string
  write(chat: ReadableChat): WrittenChat | Promise<WrittenChat>
  wrap(kept: Buffer, view: ViewDecision): Buffer | Promise<Buffer>
  /** tells apart what `wrap` adds */
  wrapping(view: ViewDecision): string | number
}

/** A format that depends on the chat alone, not on who looks. */
export interface ExportFormat extends ChatFormat {
  wrap(kept: Buffer): Buffer
  wrapping(): string | number
}

/** How a share is asked for. */
export interface Asking {
  readonly format: ChatFormat
  /** whether the asker has the bytes that this ETag names */
  readonly has: (etag: string) => boolean
  /** only the headers are wanted */
  readonly isHead: boolean
  /** whether a view may be used up where their number is limited; if not, it is only said that one is needed */
  readonly mayUseUpView: boolean
}

export interface OpenedShare {
  readonly decision: ViewDecision
  /** there when the outcome is `show` */
  readonly body?: Body
  readonly isUnmodified?: boolean
  /** the outcome is `show`, but it takes one of the share's limited views */
  readonly needsView?: boolean
}

const MOST_ATTEMPTS = 5

/** Thrown when what a share shows was deleted or replaced while it was read. */
export class SourceGone extends Error {
  override readonly name = 'SourceGone'
}

/** Opens a share for a reader: decides, finds the bytes, and counts the view. */
export function openShare(
  context: Context,
  uuid: string | undefined,
  proofs: Proofs,
  asking: Asking,
): Soon<OpenedShare> {
  return onPresentSource(() =>
    whenThere(decideView(context, uuid, proofs), (decision) => openDecided(context, decision, asking)),
  )
}

/**
 * Runs work that decides and reads, and again when what it read was deleted or replaced meanwhile: it may be gone, or
 * show something else now, and what counts is how it is.
 */
export function onPresentSource<T>(work: () => Soon<T>): Soon<T> {
  const done = work()
  // What was there at once had no meanwhile.
  return done instanceof Promise ? againWhenGone(done, work) : done
}

async function againWhenGone<T>(first: Promise<T>, work: () => Soon<T>): Promise<T> {
  let running: Soon<T> = first
  for (let attempt = 1; ; attempt++) {
    try {
      return await running
    } catch (error) {
      if (!(error instanceof SourceGone) || attempt === MOST_ATTEMPTS) throw error
    }
    running = work()
  }
}

function openDecided(context: Context, decision: ViewDecision, asking: Asking): Soon<OpenedShare> {
  const { share } = decision
  if (decision.outcome !== 'show' || !share) return { decision }
  if (share.maxViews !== null && !decision.isOwner && !asking.mayUseUpView) {
    return { decision, needsView: true }
  }

  const source = sourceOf(share)
  const { format } = asking
  const body = context.bodies.get(source, {
    format: format.name,
    wrapping: format.wrapping(decision),
    wrap: (kept) => format.wrap(kept, decision),
    async make() {
      const made = await readChat(context, source)
      return { source: made.source, ...(await format.write(made.chat)) }
    },
  })
  return whenThere(body, (body) => {
    if (asking.has(body.etag)) return { decision, body, isUnmodified: true }
    if (asking.isHead) return { decision, body }
    return whenThere(countView(context, decision), (counted) =>
      counted.outcome === 'show' ? { decision, body } : { decision: counted },
    )
  })
}

/**
 * Counts a view of a share that is shown, unless the owner looks; where views are limited, claims one.
 *
 * @returns the decision, `inactive` now if no view was left
 */
function countView(context: Context, decision: ViewDecision): Soon<ViewDecision> {
  const { share, isOwner } = decision
  if (!share || isOwner) return decision
  if (share.maxViews === null) {
    context.views.count(share.id)
    return decision
  }
  const now = context.now()
  return whenThere(claimView(context.store, share.id, share.uuid, now), (isClaimed) => {
    if (isClaimed) return decision
    const outcome = 'inactive'
    return { ...decision, outcome, info: shareInfoFor(shareState(share, []), outcome, context.now()) }
  })
}

/** Where a share's bytes come from: its snapshot, or the chat as it is. */
export function sourceOf(share: OpenableShare): BodySource {
  return share.snapshotId === null
    ? { kind: 'chat', id: share.chatId, revision: share.revision }
    : { kind: 'snapshot', id: share.snapshotId }
}

/**
 * Reads a source's messages, and tells which revision of a live chat they turned out to be.
 *
 * @throws SourceGone when it was deleted meanwhile
 */
export async function readChat(
  { store }: Context,
  source: BodySource,
): Promise<{ source: BodySource; chat: ReadableChat }> {
  if (source.kind === 'snapshot') {
    const messages = await listSnapshotMessages(store.read, source.id)
    const snapshot = await findSnapshot(store.read, source.id)
    // It never changes: when it is still there, the messages were all of its messages.
    if (!snapshot) throw new SourceGone()
    return { source, chat: { ...snapshot, messages } }
  }
  for (;;) {
    const before = await findReadableChat(store.read, source.id)
    const messages = await listMessages(store.read, source.id)
    const after = await findReadableChat(store.read, source.id)
    // The same revision before and after: nobody changed the chat while its messages were read.
    if (!before || !after) throw new SourceGone()
    if (before.revision === after.revision) {
      const { revision, ...facts } = before
      return { source: { ...source, revision }, chat: { ...facts, messages } }
    }
  }
}

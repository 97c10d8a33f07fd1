import { SourceChanged } from '../../reading/read-chat.ts'
import { showsMore } from '../../sharing/reach.ts'
import type { OwnShare } from '../../sharing/share.ts'
import type { BodySource } from '../../storage/queries/bodies.ts'
import type { StoredChat } from '../../storage/queries/chats.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import type { ReadableChat } from '../../reading/chat-format.ts'
import { type ChatScan, scanSource, scanTexts } from './scan-chat.ts'

/** Called in the transaction that changes a share, with what it was and is, before that is committed. */
export type SecretsCheck = (
  before: OwnShare | undefined,
  after: OwnShare,
  chat: Pick<StoredChat, 'id' | 'revision' | 'contentBytes'>,
) => void

/** Ends a transaction whose share would show what isn't scanned yet. */
class NotScanned extends Error {
  override readonly name = 'NotScanned'
  readonly source: BodySource

  constructor(source: BodySource) {
    super('What the share would show has to be scanned first.')
    this.source = source
  }
}

const MOST_TRIES = 3

/**
 * Runs a transaction that changes a share. Where the server refuses secrets and others would see more by the change, it
 * is undone, what they would see is scanned, and only if there is no secret in exactly that text, the change is made.
 * A transaction waits for nothing but its own queries, so it can't wait for the scan.
 *
 * @throws Refusal with the findings
 */
export async function unlessSecrets<T>(
  context: Context,
  userId: number,
  change: (check: SecretsCheck) => Promise<T>,
): Promise<T> {
  if (context.policy.secrets === 'warn') return change(() => undefined)
  const clean = new Set<string>()
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      return await change((before, after, chat) => {
        if (!showsMore(before, after)) return
        const source = sourceOf(before, after, chat)
        if (!clean.has(keyOf(source))) throw new NotScanned(source)
      })
    } catch (error) {
      if (!(error instanceof NotScanned)) throw error
      if (await isClean(context, userId, error.source)) clean.add(keyOf(error.source))
    }
  }
  throw new SourceChanged()
}

/**
 * The same of a snapshot that is made beforehand, and isn't the chat as it is.
 *
 * @throws Refusal with the findings
 */
export async function refuseSecretsIn(
  context: Context,
  userId: number,
  selection: Pick<ReadableChat, 'name' | 'messages'>,
): Promise<void> {
  if (context.policy.secrets === 'warn') return
  refuseFound(await scanTexts(context, userId, selection))
}

function refuseFound({ findings }: ChatScan): void {
  const secrets = findings.filter(({ kind }) => kind === 'secret')
  if (secrets.length > 0) throw new Refusal({ code: 'secrets', findings: secrets })
}

/** A snapshot that was taken just now holds what the chat does, and nobody else can read it yet. */
function sourceOf(...[before, after, chat]: Parameters<SecretsCheck>): BodySource {
  const { id: chatId, revision, contentBytes: size } = chat
  const { snapshotId, snapshotRevision } = after
  const isKept = snapshotId !== null && snapshotRevision !== null && snapshotId === before?.snapshotId
  return isKept
    ? { kind: 'snapshot', id: snapshotId, chatId, revision: snapshotRevision, size }
    : { kind: 'chat', id: chatId, chatId, revision, size }
}

function keyOf({ kind, id, revision }: BodySource): string {
  return `${kind} ${id} ${revision}`
}

/** @returns false when there is another text by now @throws Refusal with the findings */
async function isClean(context: Context, userId: number, source: BodySource): Promise<boolean> {
  try {
    refuseFound(await scanSource(context, userId, source))
    return true
  } catch (error) {
    if (error instanceof SourceChanged) return false
    throw error
  }
}

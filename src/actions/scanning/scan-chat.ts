import type { ReadableChat } from '../../reading/chat-format.ts'
import { readChat, SourceChanged } from '../../reading/read-chat.ts'
import {
  openScanner,
  type Scanned,
  type Scanner,
  ScanTooLong,
  type ShownFinding,
} from '../../scanning/scanner.ts'
import type { BodySource } from '../../storage/queries/bodies.ts'
import type { Store } from '../../storage/store.ts'
import { getChat } from '../chats/chats.ts'
import type { Context } from '../context.ts'
import { inTurn } from '../in-turn.ts'
import { Refusal } from '../refusal.ts'

/** Something in a chat that better isn't shown to others. */
export interface ChatFinding extends ShownFinding {
  /** null: it stands in the chat's name */
  readonly messageId: number | null
}

/** What is in a chat that better isn't shown. */
export interface ChatScan {
  /** in the chat's order, its name first */
  readonly findings: readonly ChatFinding[]
  /** false where there is more than is listed */
  readonly isComplete: boolean
}

/** Of each kind. */
const MOST_FINDINGS = 500

/**
 * Scans a user's own chat.
 *
 * @throws Refusal when it isn't there, takes too long to scan, or many others are being scanned
 */
export async function scanChat(
  context: Context,
  userId: number,
  chatId: number,
  left: AbortSignal,
): Promise<ChatScan> {
  const scanFrom = async (store: Store): Promise<ReadableChat> => {
    const { revision, contentBytes } = await getChat({ ...context, store }, userId, chatId)
    return readChat(store, { kind: 'chat', id: chatId, chatId, revision, size: contentBytes })
  }
  await getChat(context, userId, chatId)
  return scanInTurn(context, userId, left, async () => {
    try {
      return await scanFrom(context.store)
    } catch (error) {
      if (!(error instanceof SourceChanged)) throw error
      return context.store.atOneMoment(scanFrom)
    }
  })
}

/** Scans what a share shows, or would show. @throws Refusal, or SourceChanged when it is another one by now */
export function scanSource(context: Context, userId: number, source: BodySource): Promise<ChatScan> {
  return scanInTurn(context, userId, undefined, () => readChat(context.store, source))
}

/** Scans texts that are in memory already. @throws Refusal */
export function scanTexts(
  context: Context,
  userId: number,
  texts: Pick<ReadableChat, 'name' | 'messages'>,
): Promise<ChatScan> {
  return scanInTurn(context, userId, undefined, () => Promise.resolve(texts))
}

/** Whole chats are in memory meanwhile, so an account scans one at a time. */
function scanInTurn(
  context: Context,
  userId: number,
  left: AbortSignal | undefined,
  read: () => Promise<Pick<ReadableChat, 'name' | 'messages'>>,
): Promise<ChatScan> {
  return inTurn(context.scanTurns, userId, left, async () => {
    const scanner = openScanner()
    try {
      return await scanReadable(scanner, await read())
    } finally {
      await scanner.close()
    }
  })
}

async function scanReadable(
  scanner: Scanner,
  { name, messages }: Pick<ReadableChat, 'name' | 'messages'>,
): Promise<ChatScan> {
  const texts = [name, ...messages.map(({ content }) => content)]
  const { found, isComplete } = await scanOrRefuse(scanner, texts)
  const findings = found.flatMap((ofText, index) =>
    ofText.map((one) => ({ ...one, messageId: messages[index - 1]?.id ?? null })),
  )
  return { findings, isComplete }
}

async function scanOrRefuse(scanner: Scanner, texts: readonly string[]): Promise<Scanned> {
  try {
    return await scanner.scan(texts, MOST_FINDINGS)
  } catch (error) {
    if (!(error instanceof ScanTooLong)) throw error
    const message =
      'The chat takes too long to scan for secrets. Split it into smaller chats, or delete its longest messages.'
    throw new Refusal({ code: 'too-large', message })
  }
}

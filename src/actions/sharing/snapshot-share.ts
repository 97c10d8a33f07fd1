import { setImmediate as nextTurn } from 'node:timers/promises'
import { redact, redactInSteps } from '../../chats/redact.ts'
import type { Message } from '../../chats/message.ts'
import type { OwnShare } from '../../sharing/share.ts'
import { findChat, type StoredChat } from '../../storage/queries/chats.ts'
import { listMessages } from '../../storage/queries/messages.ts'
import { touchShare } from '../../storage/queries/shares.ts'
import { dropSnapshot, type Selection, takeSelection } from '../../storage/queries/snapshots.ts'
import { lookForFilesSoon } from '../../storage/queries/unnamed-files.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { redactFileNames, type RedactedNames } from '../files/redact-file-names.ts'
import { inTurn } from '../in-turn.ts'
import { withSnapshot } from '../large-copies.ts'
import { refuseSecretsIn } from '../scanning/refuse-secrets.ts'
import { checkQuota, countHourly } from '../quotas.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { changeOwnShare, getShare, type ShareAddress } from './own-share.ts'

/** What a snapshot shows. */
export interface SnapshotChoice {
  /** only these messages; null all of them, undefined nothing was said */
  readonly messageIds: readonly number[] | null | undefined
  /** texts that are replaced wherever they stand; stored nowhere */
  readonly redact: readonly string[] | undefined
}

const MOST_TRIES = 5

/** Ends a transaction in which the chat turned out to be another one than the selection was made from. */
class ChatChanged extends Error {
  override readonly name = 'ChatChanged'
}

/**
 * Freezes the chat as it is now, or a part of it, or with texts redacted.
 *
 * @throws Refusal where the link shows a part already and nothing says what it is to show now: taking all would open
 *   what was left out
 */
export async function updateSnapshot(
  context: Context,
  address: ShareAddress,
  choice: SnapshotChoice,
  by: Actor,
): Promise<OwnShare> {
  await getShare(context, address)
  const isChosen = choice.messageIds !== undefined || (choice.redact?.length ?? 0) > 0
  await countHourly(context, address.userId, 'snapshots')
  const isWhole = !choice.messageIds && !choice.redact?.length
  const frozen = isWhole
    ? await freezeWhole(context, address, isChosen, by)
    : // A selection is made in memory.
      await inTurn(context.copyTurns, address.userId, undefined, () =>
        freezeSelection(context, address, choice, by),
      )
  context.deletions.wake()
  return frozen
}

function nothingChosen(): Refusal {
  return invalidBody(
    'message_ids',
    'This link shows a part of the chat. Send message_ids (and redact) again, or message_ids: null to show all of it.',
  )
}

function freezeWhole(
  context: Context,
  address: ShareAddress,
  isChosen: boolean,
  by: Actor,
): Promise<OwnShare> {
  return withSnapshot(context, address.userId, address.chatId, (takeSnapshot) =>
    changeOwnShare(context, address, async (trx, share, chat) => {
      if (share.isSelection && !isChosen) throw nothingChosen()
      await dropSnapshot(trx, share.id, context.now())
      await checkQuota(context, trx, address.userId, { bytes: chat.contentBytes })
      await takeSnapshot(trx, share.id, chat, context.now())
      await finish(context, trx, address.userId, share, by)
    }),
  )
}

/** The texts are read and redacted before the transaction, which only takes them where the chat is still the same. */
async function freezeSelection(
  context: Context,
  address: ShareAddress,
  choice: SnapshotChoice,
  by: Actor,
): Promise<OwnShare> {
  for (let tries = 1; ; tries++) {
    const { chat, selection, fileNames } = await select(context, address, choice)
    await refuseSecretsIn(context, address.userId, selection)
    try {
      return await changeOwnShare(
        context,
        address,
        async (trx, share, present) => {
          if (present.revision !== chat.revision) throw new ChatChanged()
          await dropSnapshot(trx, share.id, context.now())
          await checkQuota(context, trx, address.userId, { bytes: selection.bytes })
          await fileNames.store(trx)
          await takeSelection(trx, share.id, selection, context.now())
          await finish(context, trx, address.userId, share, by)
        },
        { isScanned: true },
      )
    } catch (error) {
      if (!(error instanceof ChatChanged)) throw error
      if (tries === MOST_TRIES) throw new Refusal({ code: 'busy' })
    }
  }
}

async function finish(
  context: Context,
  trx: Queries,
  userId: number,
  share: OwnShare,
  by: Actor,
): Promise<void> {
  await touchShare(trx, share.id, context.now())
  // The one before may have named some that this one doesn't.
  await lookForFilesSoon(trx, userId, context.now())
  await record(context, trx, { userId, kind: 'share-snapshot', by, shareUuid: share.uuid })
}

async function select(
  context: Context,
  { userId, chatId }: ShareAddress,
  { messageIds, redact: texts = [] }: SnapshotChoice,
): Promise<{ chat: StoredChat; selection: Selection; fileNames: RedactedNames }> {
  const { read } = context.store
  const chat = await findChat(read, userId, chatId)
  if (!chat) throw new Refusal({ code: 'chat-not-found' })
  const all = await listMessages(read, chatId)
  const wanted = messageIds && new Set(messageIds)
  const chosen = wanted ? all.filter(({ id }) => wanted.has(id)) : all
  if (wanted && chosen.length < wanted.size) throw new Refusal({ code: 'message-not-found' })
  const contents = texts.length === 0 ? [] : chosen.map(({ content }) => content)
  const fileNames = await redactFileNames(context, userId, contents, texts)
  const messages: Message[] = []
  for (const message of chosen) {
    messages.push(
      texts.length === 0
        ? message
        : { ...message, content: await redactInTurns(fileNames.in(message.content), texts) },
    )
  }
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  const name = redact(chat.name, texts)
  return { chat, selection: { name, model: redact(chat.model, texts), messages, bytes }, fileNames }
}

/** Others have their turn before the next message, and in the midst of a long one. */
async function redactInTurns(content: string, texts: readonly string[]): Promise<string> {
  const redacting = redactInSteps(content, texts)
  for (;;) {
    await nextTurn()
    const { done, value } = redacting.next()
    if (done === true) return value
  }
}

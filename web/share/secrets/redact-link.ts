import { MAX_REDACTED_LENGTH } from '../../../src/sharing/limits.ts'
import type { AccountApi } from '../../../src/client/client.ts'
import type {
  Chat,
  ChatMessage,
  Finding,
  Share,
  ShareBody,
  SnapshotChoice,
} from '../../../src/client/types.ts'
import { keyOf } from './key-of.ts'

/**
 * What findings read, each once, as a link hides it wherever it stands. A long one is taken in pieces: those that touch
 * are hidden as one.
 *
 * @param chat and messages are those that were scanned
 */
export function textsOf(
  findings: readonly Finding[],
  chat: Pick<Chat, 'name'>,
  messages: readonly Pick<ChatMessage, 'id' | 'content'>[],
): string[] {
  const contents = new Map(messages.map(({ id, content }) => [id, content]))
  const texts = findings.map(({ message_id: id, start, end }) =>
    (id === null ? chat.name : (contents.get(id) ?? '')).slice(start, end),
  )
  return [...new Set(texts.flatMap(inPieces))]
}

/** None of them blank, as there is nothing to hide in that. */
function inPieces(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; from += MAX_REDACTED_LENGTH) {
    pieces.push(text.slice(from, from + MAX_REDACTED_LENGTH))
  }
  return pieces.filter((piece) => piece.trim() !== '')
}

/** The texts of the chosen findings. The chat is scanned once more before, as places are only right for what was scanned. */
export async function chosenTexts(
  api: AccountApi,
  chat: Pick<Chat, 'id' | 'name'>,
  chosen: readonly Finding[],
): Promise<string[]> {
  const wanted = new Set(chosen.map(keyOf))
  const { findings } = await api.scanChat(chat.id)
  const found = findings.filter((finding) => wanted.has(keyOf(finding)))
  return textsOf(found, chat, await api.messages(chat.id))
}

/**
 * Makes a link to a part of a chat, or with texts hidden in it. It is paused and private until it holds that alone: at no
 * moment does it show more.
 */
export async function createSelection(
  api: AccountApi,
  chatId: number,
  rules: ShareBody,
  choice: SnapshotChoice,
): Promise<Share> {
  const label = typeof rules.label === 'string' ? { label: rules.label } : {}
  const made = await api.createShare(chatId, { ...label, is_shared: false, is_protected: true })
  try {
    await api.updateSnapshot(made, choice)
    return await api.changeShare(made, { ...rules, is_shared: true })
  } catch (error) {
    // What isn't done yet would show all of the chat once somebody resumes it.
    await api.deleteShare(made).catch(() => undefined)
    throw error
  }
}

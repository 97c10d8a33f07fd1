import { MAX_CHAT_BYTES, MAX_CHAT_MESSAGES, MAX_MESSAGE_BYTES } from '../chats/limits.ts'
import { cleanMessageText } from '../chats/message.ts'
import { UNKNOWN_MODEL } from '../chats/shown-model.ts'
import { cleanName, cutAtBytes, utf8Length } from './text/clean-text.ts'
import { type ChatDraft, type ImportedChat, ImportError, type ImportedMessage } from './imported-chat.ts'
import { withNotes, withReferences } from './embedded-files.ts'
import { leaveOut } from './left-out.ts'
import { sourceKeyOf } from './source-key.ts'
import { withoutTraces } from './without-traces.ts'
import { fitBlocks } from './text/tool-blocks.ts'

/** Of a chat's and a model's name, in UTF-16 units: never more than as many characters. */
const longestName = 200
const derivedNameLength = 80
const cutNote = '\n\n[The rest of this message was too long to import.]'

/**
 * A draft as the service takes it: text cleaned, a name and a model for everybody, a source key. A message over the
 * limit is cut with a note, as one enormous paste shouldn't cost the chat; a chat over its limits throws
 * {@link ImportError}, as half a chat would be taken for a whole one.
 */
export function finishChat(given: ChatDraft): ImportedChat {
  const draft = isAgents(given) ? withoutTraces(given) : given
  if (draft.messages.length === 0) throw new ImportError('empty', 'It has no messages.')
  if (draft.messages.length > MAX_CHAT_MESSAGES) {
    throw new ImportError(
      'too-large',
      `It has ${draft.messages.length} messages; a chat holds at most ${MAX_CHAT_MESSAGES}.`,
    )
  }
  const leftOut = { ...draft.leftOut }
  let bytes = 0
  const messages = draft.messages.map((message): ImportedMessage => {
    let content = withReferences(cleanMessageText(message.content))
    let size = utf8Length(content)
    if (size > MAX_MESSAGE_BYTES) {
      const fitted = fitBlocks(content, MAX_MESSAGE_BYTES)
      if (fitted !== content) leaveOut(leftOut, 'part of what tools said')
      content = fitted
      size = utf8Length(content)
    }
    if (size > MAX_MESSAGE_BYTES) {
      content = cutAtBytes(content, MAX_MESSAGE_BYTES - cutNote.length) + cutNote
      size = utf8Length(content)
      leaveOut(leftOut, 'end of a long message')
    }
    bytes += size
    return { ...message, content }
  })
  if (bytes > MAX_CHAT_BYTES) {
    throw new ImportError(
      'too-large',
      `Its messages take ${Math.ceil(bytes / 1024 / 1024)} MiB; a chat holds at most ${MAX_CHAT_BYTES / 1024 / 1024} MiB.`,
    )
  }
  return {
    name: nameOf(draft, messages),
    model: cleanName(draft.model ?? '', longestName) || (draft.usualModel ?? UNKNOWN_MODEL),
    createdAt: draft.createdAt ?? messages.find((message) => message.createdAt !== undefined)?.createdAt,
    updatedAt: draft.updatedAt,
    sourceKey: sourceKeyOf({ ...draft, messages }),
    messages,
    leftOut,
  }
}

/** Lists of messages in which tools were called are an agent's, whatever file they came in. */
function isAgents({ isAgents: isKnown, source, leftOut, messages }: ChatDraft): boolean {
  if (isKnown === true) return true
  if (source !== 'messages') return false
  return (leftOut['tool call'] ?? 0) > 0 || messages.some(({ content }) => /^`{3,}tool /m.test(content))
}

/** What to call a conversation that may be too broken to become a chat. */
export function nameOf(
  draft: Pick<ChatDraft, 'name' | 'fallbackName'>,
  messages: readonly ImportedMessage[],
): string {
  const given = cleanName(draft.name ?? draft.fallbackName ?? '', longestName)
  if (given !== '') return given
  const said = messages.find((message) => message.role === 'user') ?? messages[0]
  for (const line of withNotes((said?.content ?? '').slice(0, 20_000)).split('\n')) {
    const words = cleanName(line.replace(/^[#>*\-\s`]+/, ''), derivedNameLength)
    if (/[\p{L}\p{N}]/u.test(words)) return words
  }
  return 'Imported chat'
}

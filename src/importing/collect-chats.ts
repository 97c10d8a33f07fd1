import { MAX_CHAT_BYTES, MAX_CHAT_MESSAGES } from '../chats/limits.ts'
import { finishChat, nameOf } from './finish-chat.ts'
import { describeUnrecognised } from './describe-unrecognised.ts'
import {
  conversationsIn,
  findConversationFormat,
  findRecordFormat,
  findSessionFormat,
  isSingleMessage,
} from './formats.ts'
import { byConversation } from './formats/message-list.ts'
import {
  type ChatDraft,
  type FailedConversation,
  type ImportedChat,
  ImportError,
  type ReadOptions,
  type RecordFormat,
  type Session,
} from './imported-chat.ts'
import { leaveOut } from './left-out.ts'
import { firstText, isObject, type JsonObject, objectOf } from './streams/loose-json.ts'
import { isContentKey } from './source-key.ts'

/** What came of one value: a chat, or why there is none. */
export type Collected = { kind: 'chat'; chat: ImportedChat } | { kind: 'failed'; failed: FailedConversation }

/** Keys met so far in one import, so that conversations which begin alike stay apart. */
export type MetKeys = Map<string, number>

/**
 * Makes chats of the values of one file in their order: conversations each on its own, or the lines of a session, or
 * single messages that together are one conversation. The first value that is known as one of these decides.
 */
export type Collector = {
  /** Takes a value that was `length` bytes of JSON. Throws {@link ImportError} where one conversation gets too large. */
  add: (value: unknown, length: number) => Collected[]
  /** Whether a value is what the file holds, as far as that is known. */
  expects: (value: unknown) => boolean
  /** A value that couldn't be read, with as much of it as there is. */
  addUnreadable: (reason: string, beginning: string) => Collected[]
  /** Throws {@link ImportError} where nothing was recognised. */
  end: () => Collected[]
}

export function collectChats(options: ReadOptions, metKeys: MetKeys): Collector {
  let mode: 'undecided' | 'conversations' | 'session' | 'records' | 'messages' = 'undecided'
  let session: Session | undefined
  let recordFormat: RecordFormat | undefined
  /** Single messages, or records: what becomes chats when all of it is there. */
  let kept: unknown[] = []
  let firstValue: unknown
  let unreadable = 0
  let seen = 0
  let held = 0
  let lines = 0
  /** What was met before the first conversation; nothing to report if none comes. */
  let unknown: FailedConversation[] = []

  function add(value: unknown, length: number): Collected[] {
    seen++
    if (seen === 1) firstValue = value
    if (mode === 'undecided') decide(value)
    if (mode === 'conversations') return [...flushUnknown(), ...conversation(value)]
    if (mode === 'session') addLine(value)
    else if (mode === 'messages' || mode === 'records') keep(value, length)
    else if (unknown.length < 1000) unknown.push({ title: titleOf(value, seen), reason: unknownReason })
    return []
  }

  function keep(value: unknown, length: number): void {
    kept.push(value)
    held += length
    if (held > mostHeld || kept.length > mostValues) throw tooLarge()
  }

  function addLine(value: unknown): void {
    lines++
    try {
      session?.add(value)
    } catch {
      unreadable++
    }
    if (lines > mostValues || (session?.heldText() ?? 0) > mostHeld) throw tooLarge()
  }

  function expects(value: unknown): boolean {
    if (mode === 'conversations') return holdsConversation(value)
    if (mode === 'messages') return isSingleMessage(value)
    if (mode === 'records') return recordFormat?.recognisesRecord(value) === true
    return (
      holdsConversation(value) ||
      findSessionFormat(value) !== undefined ||
      findRecordFormat(value) !== undefined
    )
  }

  function decide(value: unknown): void {
    const format = findSessionFormat(value)
    if (format !== undefined) {
      mode = 'session'
      session = format.start(options)
      return
    }
    recordFormat = findRecordFormat(value)
    if (recordFormat !== undefined) mode = 'records'
    else if (isSingleMessage(value)) mode = 'messages'
    else if (holdsConversation(value)) mode = 'conversations'
  }

  function flushUnknown(): Collected[] {
    const events = unknown.map((failed): Collected => ({ kind: 'failed', failed }))
    unknown = []
    return events
  }

  function conversation(value: unknown): Collected[] {
    return unwrap(value).map((inner) => {
      const format = findConversationFormat(inner)
      if (format === undefined)
        return failure(titleOf(inner, seen), new ImportError('not-recognised', unknownReason))
      return attempt(titleOf(inner, seen), () => format.read(inner, options))
    })
  }

  function attempt(title: string, read: () => ChatDraft): Collected {
    try {
      return { kind: 'chat', chat: withOwnKey(finishChat(read()), metKeys) }
    } catch (error) {
      return failure(title, error)
    }
  }

  function addUnreadable(reason: string, beginning: string): Collected[] {
    seen++
    unreadable++
    const failed = { title: titleIn(beginning) ?? `Conversation ${seen}`, reason }
    if (mode === 'conversations') return [...flushUnknown(), { kind: 'failed', failed }]
    if (mode === 'undecided' && unknown.length < 1000) unknown.push(failed)
    return []
  }

  function end(): Collected[] {
    if (mode === 'undecided') {
      if (seen === 0) throw new ImportError('empty', 'There is no conversation in it.')
      const [first] = unknown
      if (unreadable > 0 && first !== undefined) throw new ImportError('damaged', first.reason)
      throw new ImportError('not-recognised', describeUnrecognised(firstValue))
    }
    if (mode === 'conversations') return []
    try {
      const drafts = ended()
      const [first] = drafts
      if (first === undefined) throw new ImportError('empty', 'There is no conversation in it.')
      leaveOut(first.leftOut, mode === 'session' ? 'unreadable line' : 'unreadable message', unreadable)
      if (drafts.length > 1) return drafts.map((draft) => attempt(nameOf(draft, draft.messages), () => draft))
      return [{ kind: 'chat', chat: withOwnKey(finishChat(first), metKeys) }]
    } catch (error) {
      throw error instanceof ImportError ? error : new ImportError('damaged', reasonOf(error))
    }
  }

  function ended(): ChatDraft[] {
    if (session !== undefined) return [session.finish()]
    if (recordFormat !== undefined) return recordFormat.read(kept, options)
    const conversations = byConversation(kept)
    kept = []
    return conversations.map((conversation) => {
      const format = findConversationFormat(conversation)
      if (format === undefined) throw new ImportError('empty', 'There is no conversation in it.')
      return format.read(conversation, options)
    })
  }

  return { add, expects, addUnreadable, end }
}

/** What is collected for one conversation before its size as a chat is known: messages have more fields than are kept. */
const mostHeld = 3 * MAX_CHAT_BYTES
const mostValues = 10 * MAX_CHAT_MESSAGES

function tooLarge(): ImportError {
  return new ImportError('too-large', 'The conversation is too large to import.')
}

const unknownReason = 'It is no conversation in a form that can be imported.'

function failure(title: string, error: unknown): Collected {
  const speakers = error instanceof ImportError ? error.speakers : undefined
  const failed = { title, reason: reasonOf(error) }
  return { kind: 'failed', failed: speakers === undefined ? failed : { ...failed, speakers } }
}

/** A sentence for the person who imports. Other errors than {@link ImportError} come from values that no reader foresaw. */
function reasonOf(error: unknown): string {
  if (error instanceof ImportError) return error.message
  return error instanceof RangeError ? 'It is nested too deeply.' : 'It could not be read.'
}

/** Numbers a key that another conversation of the same import has already. */
export function withOwnKey(chat: ImportedChat, metKeys: MetKeys): ImportedChat {
  if (!isContentKey(chat.sourceKey)) return chat
  const times = (metKeys.get(chat.sourceKey) ?? 0) + 1
  metKeys.set(chat.sourceKey, times)
  return times === 1 ? chat : { ...chat, sourceKey: `${chat.sourceKey}-${times}` }
}

/** The fields in which others put lists of conversations. */
export const wrappers: readonly string[] = [
  'conversations',
  'chats',
  'data',
  'items',
  'results',
  'threads',
  'conversation',
  'chat',
  'export',
  'history',
  'sessions',
  'chat-sessions',
]

/** Whether a value is a conversation or has some in it. */
export function holdsConversation(value: unknown): boolean {
  return unwrap(value).some((inner) => findConversationFormat(inner) !== undefined)
}

/** The conversations in a value that isn't one itself but holds them: `{ conversations: […] }`, `{ data: {…} }`. */
function unwrap(value: unknown, depth = 0): unknown[] {
  if (depth > 2 || !isObject(value)) return [value]
  const held = conversationsIn(value)
  if (held !== undefined) return held
  if (findConversationFormat(value) !== undefined) return [value]
  for (const field of wrappers) {
    const inner: unknown = value[field]
    const candidates = Array.isArray(inner) ? inner : isObject(inner) ? [inner] : []
    const conversations = candidates.flatMap((candidate) => unwrap(candidate, depth + 1))
    if (conversations.some((candidate) => findConversationFormat(candidate) !== undefined))
      return conversations
  }
  return [value]
}

function titleOf(value: unknown, count: number): string {
  const holder: JsonObject = objectOf(value)
  const inner = objectOf(holder['chat'])
  const name = firstText(holder['title'], holder['name'], inner['title'])
  return name === undefined ? `Conversation ${count}` : nameOf({ name }, [])
}

/** The title in the beginning of a conversation that isn't valid JSON. */
function titleIn(beginning: string): string | undefined {
  const name = /"(?:title|name)"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){1,200})/.exec(beginning)?.[1]
  return name === undefined ? undefined : nameOf({ name: name.replace(/\\(["\\/])/g, '$1') }, [])
}

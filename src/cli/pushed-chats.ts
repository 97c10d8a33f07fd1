import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Role } from '../chats/chat.ts'
import { parseJson } from './api.ts'
import type { Session } from './session-file.ts'
import { stateFolder } from './user-folders.ts'

/** What a push remembers of a chat it made, so that the next push of the same session finds it again. */
export type PushedChat = Static<typeof PushedChat>

const PushedChat = Type.Object({
  sourceKey: Type.String(),
  chatId: Type.Integer(),
  /** Tells the chat from a later one of the same id. */
  createdAt: Type.String(),
  /** What its source called it; while it is still called that, a newer name may take its place. */
  name: Type.String(),
  /** The file it came from, for sources without ids. */
  file: Type.Optional(Type.String()),
  /** {@link digestOf} the messages when the push was complete; null while it isn't. */
  digest: Type.Union([Type.String(), Type.Null()]),
})

export type PushedChats = {
  /** Chats made of a source, the last one first. */
  readonly find: (sourceKey: string) => PushedChat[]
  readonly remember: (chat: PushedChat) => void
}

/**
 * Opens the memory for an account at a server. A line is added for every change and the last one about a chat counts,
 * so pushes at the same time don't undo each other's.
 */
export function openPushedChats(session: Session): PushedChats {
  const name = createHash('sha256').update(`${session.userId} ${session.server}`).digest('hex').slice(0, 32)
  const file = join(stateFolder(), 'pushed', `${name}.jsonl`)
  const chats = new Map<string, Map<number, PushedChat>>()
  const note = (chat: PushedChat): void => {
    const ofKey = chats.get(chat.sourceKey) ?? new Map<number, PushedChat>()
    ofKey.delete(chat.chatId)
    chats.set(chat.sourceKey, ofKey.set(chat.chatId, chat))
  }
  for (const line of readText(file).split('\n')) {
    const value = parseJson(line)
    if (Check(PushedChat, value)) note(value)
  }
  return {
    find: (sourceKey) => [...(chats.get(sourceKey)?.values() ?? [])].toReversed(),
    remember: (chat) => {
      if (isDeepStrictEqual(chats.get(chat.sourceKey)?.get(chat.chatId), chat)) return
      note(chat)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      appendFileSync(file, `${JSON.stringify(chat)}\n`, { mode: 0o600 })
    },
  }
}

/** What tells whether messages are still the ones that were pushed. */
export function digestOf(messages: readonly { readonly role: Role; readonly content: string }[]): string {
  const hash = createHash('sha256')
  for (const { role, content } of messages) hash.update(`${role} ${content.length} ${content}\n`)
  return hash.digest('hex')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

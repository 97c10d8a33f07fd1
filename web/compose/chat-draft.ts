import type { NewMessage, Role } from '../../src/client/types.ts'
import type { PastedChat } from './split-paste.ts'

/** A message being written; `key` tells it from the others while they move. */
export interface DraftMessage extends NewMessage {
  readonly key: number
}

/** A chat being put together. */
export interface ChatDraft {
  readonly name: string
  readonly model: string
  readonly messages: readonly DraftMessage[]
  readonly nextKey: number
}

const LONGEST_NAME = 80

export const emptyDraft: ChatDraft = {
  name: '',
  model: '',
  messages: [{ key: 1, role: 'user', content: '' }],
  nextKey: 2,
}

export function isEmptyDraft(draft: ChatDraft): boolean {
  return draft.name === '' && draft.messages.every(({ content }) => content.trim() === '')
}

function otherRole(role: Role): Role {
  return role === 'user' ? 'assistant' : 'user'
}

export function addMessage(draft: ChatDraft): ChatDraft {
  const last = draft.messages.at(-1)
  const message = { key: draft.nextKey, role: last ? otherRole(last.role) : 'user', content: '' } as const
  return { ...draft, messages: [...draft.messages, message], nextKey: draft.nextKey + 1 }
}

export function changeMessage(draft: ChatDraft, key: number, change: Partial<NewMessage>): ChatDraft {
  return {
    ...draft,
    messages: draft.messages.map((message) => (message.key === key ? { ...message, ...change } : message)),
  }
}

export function removeMessage(draft: ChatDraft, key: number): ChatDraft {
  const messages = draft.messages.filter((message) => message.key !== key)
  return messages.length === 0 ? { ...emptyDraft, ...namesOf(draft) } : { ...draft, messages }
}

/** Puts a pasted conversation in the place of the message it was pasted into. */
export function insertPasted(draft: ChatDraft, key: number, pasted: PastedChat): ChatDraft {
  const inserted = pasted.messages.map(({ role, content }, index) => ({
    key: draft.nextKey + index,
    role,
    content,
  }))
  return {
    name: draft.name || (pasted.name ?? ''),
    model: draft.model || (pasted.model ?? ''),
    messages: draft.messages.flatMap((message) => (message.key === key ? inserted : [message])),
    nextKey: draft.nextKey + inserted.length,
  }
}

/** What the chat is called where nobody says: its first words. */
export function suggestedName(draft: ChatDraft): string {
  const first = draft.messages.find(({ content }) => content.trim() !== '')
  const line =
    first?.content
      .replace(/!\[[^\]\n]{0,500}\]\([^)\n]{0,500}\)/g, '')
      .trim()
      .split('\n')[0]
      ?.replace(/^[#>*\-\s]+/, '')
      .trim() ?? ''
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1).trimEnd()}…` : line
}

/** What will be saved; messages without text are left out. */
export function writtenMessages(draft: ChatDraft): NewMessage[] {
  return draft.messages
    .filter(({ content }) => content.trim() !== '')
    .map(({ role, content }) => ({ role, content }))
}

function namesOf(draft: ChatDraft): Pick<ChatDraft, 'name' | 'model'> {
  return { name: draft.name, model: draft.model }
}

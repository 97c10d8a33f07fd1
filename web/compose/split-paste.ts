import type { Role } from '../../src/chats/chat.ts'
import { readMarkdown } from '../../src/importing/formats/markdown.ts'

/** A conversation found in pasted text. */
export interface PastedChat {
  readonly name?: string | undefined
  readonly model?: string | undefined
  readonly messages: readonly { readonly role: Role; readonly content: string }[]
}

/**
 * Parts pasted text into messages: JSON of any conversation that can be imported, Markdown with a heading per
 * message, or lines that begin with a speaker (`User: …`).
 *
 * @returns undefined where the text is nothing but text
 */
export async function splitPaste(text: string): Promise<PastedChat | undefined> {
  return (await readJson(text)) ?? readMarkdownChat(text) ?? readSpeakerLines(text)
}

async function readJson(text: string): Promise<PastedChat | undefined> {
  const trimmed = text.trim()
  if (!/^[[{]/.test(trimmed)) return undefined
  const value = parse(trimmed)
  if (typeof value !== 'object' || value === null) return undefined
  // The formats' readers are fetched when there is JSON to read.
  const { findConversationFormat } = await import('../../src/importing/formats.ts')
  const conversation = findConversationFormat(value) ? value : onlyOneOf(value)
  const draft = findConversationFormat(conversation)?.read(conversation, {})
  return draft && draft.messages.length > 0 ? draft : undefined
}

/** Exports are lists of conversations; a list of one is that one. */
function onlyOneOf(value: object): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readMarkdownChat(text: string): PastedChat | undefined {
  const draft = readMarkdown(text)
  return draft && draft.messages.length > 1 ? draft : undefined
}

const SPEAKER =
  /^(?:\*\*)?(user|you|me|human|question|q|assistant|ai|bot|chatgpt|claude|gemini|copilot|answer|a|(?:you|chatgpt|claude|gemini|copilot) said)(?:\*\*)?\s*[:：](?:\*\*)?[ \t]*(.*)$/i
const USERS = new Set(['user', 'you', 'me', 'human', 'question', 'q', 'you said'])

function readSpeakerLines(text: string): PastedChat | undefined {
  const messages: { role: Role; lines: string[] }[] = []
  let isFenced = false
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) isFenced = !isFenced
    const speaker = isFenced ? null : SPEAKER.exec(line)
    if (speaker) {
      const role = USERS.has((speaker[1] ?? '').toLowerCase()) ? 'user' : 'assistant'
      messages.push({ role, lines: [speaker[2] ?? ''] })
    } else if (messages.length === 0) {
      // Text before the first speaker would be lost: this is no transcript.
      if (line.trim() !== '') return undefined
    } else messages.at(-1)?.lines.push(line)
  }
  const said = messages
    .map(({ role, lines }) => ({ role, content: lines.join('\n').trim() }))
    .filter(({ content }) => content !== '')
  const isConversation = new Set(said.map(({ role }) => role)).size === 2
  return isConversation ? { messages: said } : undefined
}

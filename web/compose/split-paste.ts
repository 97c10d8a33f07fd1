import type { Role } from '../../src/chats/chat.ts'
import type { SpeakerNames } from '../../src/importing/text/find-turns.ts'

/** A conversation found in pasted text. */
export interface PastedChat {
  readonly name?: string | undefined
  readonly model?: string | undefined
  readonly messages: readonly { readonly role: Role; readonly content: string }[]
}

/** Somebody speaks in a text, but only its owner knows who is who. */
export interface UnclearPaste {
  readonly speakers: readonly string[]
}

/**
 * Parts pasted text into messages, as files are read: JSON of any conversation that can be imported, or text in which a
 * line says who speaks.
 *
 * @returns undefined where the text is nothing but text
 */
export async function splitPaste(
  text: string,
  speakers?: SpeakerNames,
): Promise<PastedChat | UnclearPaste | undefined> {
  // The formats' readers are fetched when there is something to read.
  const { findConversationFormat, conversationsIn, readText } = await import('../../src/importing/formats.ts')
  const { ImportError } = await import('../../src/importing/imported-chat.ts')
  const options = { speakers }
  try {
    const value = /^\s*[[{]/.test(text) ? parse(text) : undefined
    if (typeof value === 'object' && value !== null) {
      const conversation = findConversationFormat(value) ? value : onlyOneOf(conversationsIn(value) ?? value)
      const draft = findConversationFormat(conversation)?.read(conversation, options)
      return draft && draft.messages.length > 0 ? draft : undefined
    }
    const [draft, ...others] = readText(text, options) ?? []
    return draft && others.length === 0 && draft.messages.length > 1 ? draft : undefined
  } catch (error) {
    if (error instanceof ImportError && error.speakers !== undefined) return { speakers: error.speakers }
    return undefined
  }
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

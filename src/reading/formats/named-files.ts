import { fileIdsIn } from '../../chats/file-references.ts'
import type { ChatFormat } from '../chat-format.ts'

/**
 * The files that a chat's messages name, one id a line: what decides whether a file is read where the chat is. Made of the
 * texts themselves, of exactly the revision that was decided about: no list beside them could ever differ from them.
 */
const namedFiles: ChatFormat<null> = {
  name: 'named-files',
  version: 1,
  isStoredFrom: 256 * 1024,
  write({ messages }) {
    const ids = new Set(messages.flatMap(({ content }) => fileIdsIn(content)))
    return { bytes: Buffer.from(`\n${[...ids].join('\n')}\n`), isFinal: true }
  },
  surroundings: () => null,
  wrap: (kept) => [kept],
}

/** The list is asked for as a whole: it is for us. */
export const wholeList = { format: namedFiles, has: () => false, isHead: false }

/** Whether a list of named files has one. @param id of letters, digits, `-` and `_` */
export function names(list: { readonly parts: readonly Buffer[] }, id: string): boolean {
  return list.parts.some((part) => part.includes(`\n${id}\n`))
}

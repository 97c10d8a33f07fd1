import { hash } from 'node:crypto'
import type { ImportEvent } from '../../importing/import-chats.ts'
import type { FileSink } from '../../importing/imported-chat.ts'
import { fileIdFor } from '../../secrets/file-id.ts'

/** Takes the files of an import, to be told between its chats. @param key of the account's ids */
export function createFileSink(key: string): FileSink & { readonly take: () => ImportEvent[] } {
  const taken: ImportEvent[] = []
  return {
    keep({ bytes, mediaType, name, id }) {
      const own = id ?? fileIdFor(key, `imported ${hash('sha256', bytes, 'base64url')}`)
      taken.push({ kind: 'file', file: { id: own, name, mediaType, bytes } })
      return own
    },
    idOf: (source) => fileIdFor(key, source),
    rename: (id, to) => taken.push({ kind: 'renamed-file', id, to }),
    take: () => taken.splice(0),
  }
}

import { fileIdsIn, renameFiles } from '../../chats/file-references.ts'
import { redact } from '../../chats/redact.ts'
import { fileIdFor, fileIdKey } from '../../secrets/file-id.ts'
import { insertFile, listFiles, type StoredFile } from '../../storage/queries/files.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'

/** A file under a name that says less, and under an id of its own. */
interface RedactedFile {
  readonly from: StoredFile
  readonly id: string
  readonly name: string
}

/** What stands for the files of a chat whose names are redacted. */
export interface RedactedNames {
  /** A message's text that names them instead. */
  in(content: string): string
  /** Stores their names, where the text is; the bytes are the same. */
  store(trx: Queries): Promise<void>
}

/**
 * A file's name is seen wherever the file is: in its answer, and in each export. So a redacted one is another file
 * with the same bytes: the id of the first leads nowhere from a text that doesn't have it.
 *
 * @param contents of the messages, as they are
 */
export async function redactFileNames(
  { store, now }: Pick<Context, 'store' | 'now'>,
  userId: number,
  contents: readonly string[],
  texts: readonly string[],
): Promise<RedactedNames> {
  const ids = [...new Set(contents.flatMap(fileIdsIn))]
  const key = fileIdKey(store.secret, userId)
  const redacted = new Map<string, RedactedFile>()
  for (const from of await listFiles(store.read, userId, ids)) {
    const name = redact(from.name, texts)
    if (name === from.name) continue
    redacted.set(from.id, { from, name, id: fileIdFor(key, `redacted ${from.id} ${name}`) })
  }
  return {
    in: (content) => (redacted.size === 0 ? content : renameFiles(content, redacted)),
    async store(trx) {
      for (const { from, id, name } of redacted.values()) {
        await insertFile(trx, { userId, id, contentId: from.contentId, name }, now())
      }
    },
  }
}

import { listFiles, type StoredFile } from '../../storage/queries/files.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** What an import takes back. */
const MOST_BYTES = 700 * 1024 * 1024

/**
 * The files that go into an export.
 *
 * @param ids in the order in which they are named
 * @throws Refusal when they are too much for one export
 */
export async function listExportedFiles(
  { store }: Pick<Context, 'store'>,
  ownerId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredFile>> {
  const found = new Map((await listFiles(store.read, ownerId, ids)).map((file) => [file.id, file]))
  const bytes = found.values().reduce((sum, { size }) => sum + size, 0)
  if (bytes > MOST_BYTES) {
    const message = `The files of this chat take ${Math.ceil(bytes / 1024 / 1024)} MiB; an export holds at most 700 MiB. Delete messages with large files, or export as Markdown, which leaves them out.`
    throw new Refusal({ code: 'too-large', message })
  }
  return found
}

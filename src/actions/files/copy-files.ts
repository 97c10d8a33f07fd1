import {
  copyContent,
  findContent,
  findFile,
  insertFile,
  type StoredFile,
} from '../../storage/queries/files.ts'
import type { Queries } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { checkQuota } from '../quotas.ts'

/**
 * Gives an account the files of a chat that it gets a copy of, under their own ids, as the copy has the same text.
 *
 * @throws Refusal when they are more than the account may store
 */
export async function copyFiles(
  context: Context,
  trx: Queries,
  userId: number,
  files: ReadonlyMap<string, StoredFile>,
): Promise<void> {
  const now = context.now()
  for (const file of files.values()) {
    if (file.userId === userId || (await findFile(trx, userId, file.id))) continue
    let contentId = await findContent(trx, userId, file.digest)
    if (contentId === undefined) {
      await checkQuota(context, trx, userId, { bytes: file.size + (file.small?.size ?? 0) })
      contentId = await copyContent(trx, userId, file, now)
    }
    await insertFile(trx, { userId, id: file.id, contentId, name: file.name }, now)
  }
}

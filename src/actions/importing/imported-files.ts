import { fileIdsIn } from '../../chats/file-references.ts'
import type { ImportedChat, ImportedFile } from '../../importing/imported-chat.ts'
import { renewRevisions } from '../../storage/queries/chats.ts'
import { deleteFiles, findFile, insertFile, listFiles } from '../../storage/queries/files.ts'
import { removeNamelessContents } from '../../storage/queries/unnamed-files.ts'
import type { Context } from '../context.ts'
import { storeFile } from '../files/store-file.ts'
import { Refusal } from '../refusal.ts'

/** The files of one import: stored as they come, which may be before or after the chats that name them. */
export interface ImportedFiles {
  /** A chat was stored, or is there already. */
  noteChat(chatId: number | undefined, chat: ImportedChat): void
  store(file: ImportedFile): Promise<void>
  rename(id: string, to: { readonly id: string; readonly name: string | undefined }): Promise<void>
  /**
   * When all is there: readers get to see what came after its chat, and what no chat of the import names goes again.
   *
   * @returns how many files are named that are not there
   */
  finish(): Promise<number>
}

/** @param isDryRun nothing is stored */
export function createImportedFiles(context: Context, userId: number, isDryRun: boolean): ImportedFiles {
  const { store, now } = context
  /** by file, the chats that name it */
  const chatsOf = new Map<string, Set<number>>()
  const named = new Set<string>()
  const stored = new Set<string>()
  const seen = new Set<string>()
  const late = new Set<number>()

  async function isThere(id: string): Promise<boolean> {
    return (await findFile(store.read, userId, id)) !== undefined
  }

  function noteStored(id: string): void {
    stored.add(id)
    for (const chatId of chatsOf.get(id) ?? []) late.add(chatId)
  }

  return {
    noteChat(chatId, { messages }) {
      for (const { content } of messages) {
        for (const id of fileIdsIn(content)) {
          named.add(id)
          if (chatId === undefined || stored.has(id)) continue
          const chats = chatsOf.get(id) ?? new Set()
          chatsOf.set(id, chats.add(chatId))
        }
      }
    },
    async store(file) {
      if (isDryRun) {
        stored.add(file.id)
        return
      }
      // A conversation may show the same one again and again.
      if (seen.has(file.id)) return
      seen.add(file.id)
      const there = await findFile(store.read, userId, file.id)
      try {
        if (there) await insertFile(store.write, { ...there, userId }, now())
        else {
          await storeFile(context, userId, file, () => file.id)
          noteStored(file.id)
        }
      } catch (error) {
        // One that can't be shown or is too much is missing in the end, and counted then.
        if (!(error instanceof Refusal)) throw error
      }
    },
    async rename(id, to) {
      if (isDryRun) {
        stored.add(to.id)
        return
      }
      const file = await findFile(store.read, userId, id)
      if (!file || (await isThere(to.id))) return
      const name = to.name ?? file.name
      await insertFile(store.write, { userId, id: to.id, contentId: file.contentId, name }, now())
      noteStored(to.id)
    },
    async finish() {
      if (isDryRun) return [...named].filter((id) => !stored.has(id)).length
      const unnamed = [...stored].filter((id) => !named.has(id))
      if (unnamed.length > 0) {
        await deleteFiles(store.write, userId, unnamed)
        await removeNamelessContents(store, userId)
      }
      if (late.size > 0) await store.transaction((trx) => renewRevisions(trx, [...late]))
      return named.size - (await listFiles(store.read, userId, [...named])).length
    },
  }
}

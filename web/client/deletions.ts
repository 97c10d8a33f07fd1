import { forgetDraftsOfChats } from '../compose/kept-drafts.ts'
import { say, sayProblem } from '../ui/toasts.tsx'
import { keys, useApi, useMe, useRefresh } from './queries.ts'
import type { Share } from '../../src/client/types.ts'

// To everyone else what is deleted is gone at once; its owner has a moment to have it back.

/** Deletes chats, says so, and offers to undo it. */
export function useDeleteChats(): (ids: readonly number[]) => Promise<void> {
  const api = useApi()
  const me = useMe()
  const refresh = useRefresh()
  return async (ids) => {
    await api.deleteChats(ids, { undo: true })
    forgetDraftsOfChats(me.id, ids)
    await refresh(keys.chats, keys.shares)
    offerUndo(ids.length === 1 ? 'Chat deleted' : `${ids.length} chats deleted`, async () => {
      await api.restoreChats(ids)
      await refresh(keys.chats, keys.shares)
      say(ids.length === 1 ? 'The chat is back' : `${ids.length} chats are back`)
    })
  }
}

/** Says that links were deleted, and offers to undo it. */
export function useOfferLinksBack(): (shares: readonly Share[]) => void {
  const api = useApi()
  const refresh = useRefresh()
  return (shares) =>
    offerUndo(shares.length === 1 ? 'Link deleted' : `${shares.length} links deleted`, async () => {
      const restored = await Promise.allSettled(shares.map(api.restoreShare))
      await refresh(keys.shares)
      const failed = restored.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
      say(shares.length === 1 ? 'The link is back' : `${shares.length} links are back`)
    })
}

function offerUndo(done: string, undo: () => Promise<void>): void {
  say(done, { label: 'Undo', run: () => void undo().catch(sayProblem) })
}

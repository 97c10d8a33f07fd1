import { useCallback, useEffect, useRef } from 'react'

// What is half written stays on this device, for its writer alone, until it is saved or they sign out.

const PREFIX = 'neptun-draft'
const KEEP_AFTER_MS = 400

/** What the device has no room for is kept by the open page. */
const withoutRoom = new Map<string, unknown>()
let isForgetting = false

/** @param place where it is being written: `new-chat`, `chat-12`, `chat-12 message-345` */
function keyOf(userId: number, place: string): string {
  return `${PREFIX} ${userId} ${place}`
}

/** What was half written there the last time. */
export function findDraft(userId: number, place: string): unknown {
  const key = keyOf(userId, place)
  if (withoutRoom.has(key)) return withoutRoom.get(key)
  try {
    const kept = localStorage.getItem(key)
    return kept === null ? undefined : (JSON.parse(kept) as unknown)
  } catch {
    return undefined
  }
}

/**
 * Keeps what is being written while it is; undefined is nothing to keep.
 *
 * @returns to be called once it is saved
 */
export function useKeptDraft(userId: number, place: string, draft: unknown): () => void {
  const key = keyOf(userId, place)
  const latest = useRef(draft)
  useEffect(() => {
    latest.current = draft
    const timer = setTimeout(() => keep(key, draft), KEEP_AFTER_MS)
    return () => clearTimeout(timer)
  }, [key, draft])
  useEffect(() => {
    const keepNow = () => keep(key, latest.current)
    window.addEventListener('pagehide', keepNow)
    return () => {
      window.removeEventListener('pagehide', keepNow)
      keepNow()
    }
  }, [key])
  return useCallback(() => {
    latest.current = undefined
    keep(key, undefined)
  }, [key])
}

/** For chats that are gone, with all that was being written in them. */
export function forgetDraftsOfChats(userId: number, chatIds: readonly number[]): void {
  const keys = chatIds.map((id) => keyOf(userId, `chat-${id}`))
  for (const kept of Object.keys(localStorage)) {
    if (keys.some((key) => kept === key || kept.startsWith(`${key} `))) localStorage.removeItem(kept)
  }
}

/** Leaves nothing of what anybody wrote on this device. */
export function forgetDrafts(): void {
  // The page is about to be left, which would keep them once more.
  isForgetting = true
  withoutRoom.clear()
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key)
}

function keep(key: string, draft: unknown): void {
  if (isForgetting) return
  withoutRoom.delete(key)
  try {
    if (draft === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    withoutRoom.set(key, draft)
  }
}

window.addEventListener('beforeunload', (event) => {
  if (withoutRoom.size > 0) event.preventDefault()
})

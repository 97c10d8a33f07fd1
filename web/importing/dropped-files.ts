import { useSyncExternalStore } from 'react'

// Files that were dropped somewhere in the app wait here for the screen that imports them.

let dropped: readonly File[] = []
const listeners = new Set<() => void>()

export function leaveDroppedFiles(files: readonly File[]): void {
  dropped = files
  for (const listener of listeners) listener()
}

/** The files that wait; whoever takes them leaves none. */
export function useDroppedFiles(): readonly File[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => dropped,
  )
}

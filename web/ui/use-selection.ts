import { useState } from 'react'

export interface Selection {
  readonly ids: readonly number[]
  readonly all: readonly number[]
  readonly has: (id: number) => boolean
  readonly toggle: (id: number) => void
  readonly selectAll: () => void
  readonly clear: () => void
}

/** Which of a list's items are chosen; what leaves the list is chosen no more. */
export function useSelection(all: readonly number[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const ids = all.filter((id) => chosen.has(id))
  return {
    ids,
    all,
    has: (id) => chosen.has(id),
    toggle: (id) => setChosen((old) => old.symmetricDifference(new Set([id]))),
    selectAll: () => setChosen(new Set(all)),
    clear: () => setChosen(new Set()),
  }
}

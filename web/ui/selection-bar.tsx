import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import type { Selection } from './use-selection.ts'

interface SelectionBarProps {
  readonly selection: Selection
  /** in the singular */
  readonly what: string
  readonly children: ReactNode
}

/** What can be done with all that is chosen; there while something is. */
export function SelectionBar({ selection, what, children }: SelectionBarProps) {
  const { ids, all } = selection
  if (ids.length === 0) return null
  return (
    <section
      aria-label={`Chosen ${what}s`}
      className="sticky bottom-4 z-10 flex flex-wrap items-center gap-2 rounded-2xl border border-line bg-raised px-2 py-2 pl-4 shadow-lifted"
    >
      <p role="status" className="mr-auto basis-full text-sm font-medium sm:basis-auto">
        {ids.length} {ids.length === 1 ? what : `${what}s`} chosen
      </p>
      {ids.length < all.length && (
        <Button size="small" look="quiet" onClick={selection.selectAll}>
          Choose all {all.length}
        </Button>
      )}
      <Button size="small" look="quiet" onClick={selection.clear}>
        Clear
      </Button>
      {children}
    </section>
  )
}

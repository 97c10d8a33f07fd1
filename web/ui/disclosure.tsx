import { type ReactNode, useEffect, useRef, useState } from 'react'
import { ChevronIcon } from './icons.tsx'

interface DisclosureProps {
  readonly name: string
  readonly isOpen?: boolean
  readonly children: ReactNode
}

/** A part of a form that is folded until it is wanted. */
export function Disclosure({ name, isOpen = false, children }: DisclosureProps) {
  // Open from the start where something is set; afterwards only the person opens and closes it.
  const [isShown, setShown] = useState(isOpen)
  const details = useRef<HTMLDetailsElement>(null)
  const wasShown = useRef(isOpen)
  useEffect(() => {
    // What opens below the fold comes into sight.
    if (isShown && !wasShown.current) details.current?.scrollIntoView({ block: 'start', behavior: 'smooth' })
    wasShown.current = isShown
  }, [isShown])
  return (
    <details
      ref={details}
      open={isShown}
      onToggle={(event) => setShown(event.currentTarget.open)}
      className="group py-1 [&_summary_svg]:transition-transform open:[&_summary_svg]:rotate-180"
    >
      <summary className="flex min-h-11 list-none items-center justify-between rounded-lg text-[0.9375rem] font-medium [&::-webkit-details-marker]:hidden">
        {name}
        <ChevronIcon />
      </summary>
      {isShown && <div className="pb-4">{children}</div>}
    </details>
  )
}

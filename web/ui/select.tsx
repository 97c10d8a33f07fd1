import type { ComponentProps } from 'react'
import { ChevronIcon } from './icons.tsx'

/** A native select in the looks of the other fields: keyboards and phones know what to do with it. */
export function Select({ className = '', ...rest }: ComponentProps<'select'>) {
  return (
    <span className={`relative block ${className}`}>
      <select {...rest} className="field appearance-none pr-10! text-ellipsis" />
      <ChevronIcon className="pointer-events-none absolute top-3 right-3 size-5 text-muted" />
    </span>
  )
}

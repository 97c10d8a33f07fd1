import { useEffect, useState } from 'react'
import { SearchIcon } from './icons.tsx'

const SETTLES_AFTER_MS = 200

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  /** called when nothing more was typed for a moment */
  readonly onSearch: (text: string) => void
}

/** Where one writes what to look for; `/` and Ctrl+K lead here from everywhere. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState<string>()
  useEffect(() => {
    if (typed === undefined || typed === value) return undefined
    const timer = setTimeout(() => onSearch(typed), SETTLES_AFTER_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onSearch])
  return (
    <div className="relative">
      <SearchIcon className="pointer-events-none absolute top-3 left-3 size-5 text-muted" />
      <input
        type="search"
        aria-label={label}
        aria-keyshortcuts="/ Control+K"
        placeholder={label}
        className="field pl-10!"
        maxLength={200}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { keys, useApi } from '../client/queries.ts'
import { Select } from '../ui/select.tsx'
import { type ChatSearch, DAYS } from './chat-orders.ts'

interface ChatFiltersProps {
  readonly search: ChatSearch
  readonly onChange: (change: { readonly [Name in keyof ChatSearch]?: ChatSearch[Name] | undefined }) => void
}

const DAY_NAMES: Record<number, string> = { 7: 'The last week', 30: 'The last 30 days', 365: 'The last year' }

/** Shared or not, from where, and when changed. */
export function ChatFilters({ search, onChange }: ChatFiltersProps) {
  const api = useApi()
  const sources = useQuery({ queryKey: keys.chatSources, queryFn: api.chatSources })
  return (
    <fieldset className="contents">
      <legend className="sr-only">Filters</legend>
      <Select
        aria-label="Shared"
        value={search.shared ?? ''}
        onChange={({ target: { value } }) =>
          onChange({ shared: value === 'yes' || value === 'no' ? value : undefined })
        }
      >
        <option value="">Shared or not</option>
        <option value="yes">With a link</option>
        <option value="no">Without a link</option>
      </Select>
      {(sources.data?.length ?? 0) > 0 && (
        <Select
          aria-label="Source"
          value={search.source ?? ''}
          onChange={({ target: { value } }) => onChange({ source: value === '' ? undefined : value })}
        >
          <option value="">From anywhere</option>
          <option value="here">Written here</option>
          {sources.data?.map((source) => (
            <option key={source} value={source}>
              {sourceName(source)}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label="Changed"
        value={search.days ?? ''}
        onChange={({ target: { value } }) => onChange({ days: value === '' ? undefined : Number(value) })}
      >
        <option value="">Changed at any time</option>
        {DAYS.map((days) => (
          <option key={days} value={days}>
            {DAY_NAMES[days]}
          </option>
        ))}
      </Select>
    </fieldset>
  )
}

/** `claude-code` reads better as "Claude code". */
function sourceName(source: string): string {
  const words = source.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

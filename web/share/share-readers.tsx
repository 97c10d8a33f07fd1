import { useQuery } from '@tanstack/react-query'
import { keys, useApi } from '../client/queries.ts'
import type { Share } from '../../src/client/types.ts'
import { LoadProblem } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { DayChart } from './day-chart.tsx'

/** On which days a link was read, and by whom as far as they had to prove it. */
export function ShareReaders({ share }: { readonly share: Share }) {
  const api = useApi()
  const read = useQuery({ queryKey: keys.readers(share.id), queryFn: () => api.readers(share), staleTime: 0 })
  if (read.isError) {
    return <LoadProblem what="Its readers" error={read.error} retry={() => void read.refetch()} />
  }
  if (!read.data) return <Loading what="its readers" />
  const { days, readers } = read.data
  if (days.length === 0) return <p className="text-sm text-muted">Nobody has read it yet.</p>
  return (
    <div className="flex flex-col gap-4">
      <DayChart days={days} now={Date.now()} />
      {readers.length > 0 ? (
        <ul className="flex flex-col gap-1.5 text-sm" aria-label="Readers">
          {readers.map(({ email, last_at: lastAt, views }) => (
            <li key={email} className="flex flex-wrap justify-between gap-x-4">
              <span className="[overflow-wrap:anywhere]">{email}</span>
              <span className="text-muted" title={wholeTime(lastAt)}>
                {views === 1 ? 'once' : `${views} times`}, last {relativeTime(lastAt, Date.now())}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-sm text-muted">
          Who they were is known only of people on a link’s list, who prove their email.
        </p>
      )}
    </div>
  )
}

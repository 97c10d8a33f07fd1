import { useInfiniteQuery } from '@tanstack/react-query'
import { keys, useApi } from '../client/queries.ts'
import type { AccountEvent } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { wholeTime } from '../ui/times.ts'

const WORDS: Record<AccountEvent['kind'], string> = {
  'account-created': 'Account created',
  'signed-in': 'Signed in',
  'signed-out': 'Signed out',
  'signed-out-everywhere': 'Signed out everywhere',
  'password-changed': 'Password changed',
  'email-changed': 'Email changed',
  'email-verified': 'Email verified',
  'session-ended': 'Device signed out',
  'token-created': 'Token made',
  'token-revoked': 'Token revoked',
  'passkey-added': 'Passkey added',
  'passkey-removed': 'Passkey removed',
  'webhook-added': 'Webhook added',
  'webhook-removed': 'Webhook removed',
  'share-created': 'Link created',
  'share-changed': 'Link changed',
  'share-paused': 'Link paused',
  'share-resumed': 'Link resumed',
  'share-rotated': 'New link made',
  'share-snapshot': 'Snapshot taken',
  'share-deleted': 'Link deleted',
  'whitelist-changed': 'Listed emails changed',
}

/** What was done to links and sign-ins, so that owners notice what they didn't do themselves. */
export function EventsSection() {
  const api = useApi()
  const events = useInfiniteQuery({
    queryKey: keys.events,
    queryFn: ({ pageParam }) => api.events(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  })
  const all = events.data?.pages.flatMap((page) => page.events) ?? []
  return (
    <Section title="Activity">
      <p className="mb-4 text-muted">
        What was done to your links and sign-ins in the last year. If it wasn’t you, sign out everywhere,
        change your password, and revoke your tokens.
      </p>
      <Problem>{events.error ? sentenceOf(events.error) : undefined}</Problem>
      <ol className="flex flex-col gap-3">
        {all.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
      {events.hasNextPage && (
        <Button
          className="mt-4"
          isBusy={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Section>
  )
}

function Event({ event }: { readonly event: AccountEvent }) {
  const { kind, at, by, detail, share_uuid: uuid } = event
  return (
    <li className="[overflow-wrap:anywhere]">
      <span className="font-medium">{WORDS[kind]}</span>
      {detail !== undefined && <span className="text-muted"> ({detail})</span>}
      <span className="block text-sm text-muted">
        <time dateTime={at}>{wholeTime(at)}</time>
        {by.client !== null && <> · {by.client}</>}
        {by.token !== undefined && <> · token “{by.token}”</>}
        {by.session !== null && <> · session {by.session}</>}
        {uuid !== undefined && <> · link {uuid.slice(0, 8)}…</>}
      </span>
    </li>
  )
}

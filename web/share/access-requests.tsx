import { useMutation, useQuery } from '@tanstack/react-query'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { AccessRequest } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { say, sayProblem } from '../ui/toasts.tsx'

/** Readers who have confirmed their address and ask to be let in; nothing where there are none. */
export function AccessRequests() {
  const api = useApi()
  const requests = useQuery({ queryKey: keys.accessRequests, queryFn: api.accessRequests })
  if (!requests.data || requests.data.length === 0) return null
  return (
    <section className="card p-5 sm:p-6" aria-labelledby="access-requests">
      <h2 id="access-requests" className="mb-1 text-lg font-semibold">
        Asking to be let in
      </h2>
      <p className="mb-4 text-sm text-muted">
        They have one of your links and have confirmed their address. They see nothing unless you add them.
      </p>
      <ul className="flex flex-col divide-y divide-line">
        {requests.data.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
    </section>
  )
}

function Request({ request }: { readonly request: AccessRequest }) {
  const api = useApi()
  const refresh = useRefresh()
  const answering = useMutation({
    mutationFn: async (isAccepted: boolean) => {
      await (isAccepted ? api.acceptRequest(request.id) : api.dismissRequest(request.id))
      say(isAccepted ? `${request.email} can read “${request.chat_name}” now` : 'Request dismissed')
    },
    onError: sayProblem,
    onSettled: () => refresh(keys.accessRequests, keys.shares, keys.whitelist(request.share_id)),
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <p className="min-w-48 flex-1 [overflow-wrap:anywhere]">
        <strong className="font-medium">{request.email}</strong> asks to read “{request.chat_name}”{' '}
        <span className="text-sm text-muted" title={wholeTime(request.asked_at)}>
          {relativeTime(request.asked_at, Date.now())}
        </span>
      </p>
      <div className="flex gap-2">
        <Button
          size="small"
          look="primary"
          isBusy={answering.isPending}
          onClick={() => answering.mutate(true)}
        >
          Add<span className="sr-only"> {request.email}</span>
        </Button>
        <Button size="small" disabled={answering.isPending} onClick={() => answering.mutate(false)}>
          Dismiss<span className="sr-only"> {request.email}</span>
        </Button>
      </div>
    </li>
  )
}

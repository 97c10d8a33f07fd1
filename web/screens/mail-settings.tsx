import { useMutation, useQuery } from '@tanstack/react-query'
import { keys, serverFactsQuery, useApi, useRefresh } from '../client/queries.ts'
import { Section } from '../ui/section.tsx'
import { sayProblem } from '../ui/toasts.tsx'

/** What the owner is told by mail; nothing where the server sends none. */
export function MailSettingsSection() {
  const api = useApi()
  const refresh = useRefresh()
  const facts = useQuery(serverFactsQuery)
  const settings = useQuery({
    queryKey: keys.mailSettings,
    queryFn: api.mailSettings,
    enabled: facts.data?.sends_mail === true,
  })
  const changing = useMutation({
    mutationFn: api.changeMailSettings,
    onError: sayProblem,
    onSettled: () => refresh(keys.mailSettings),
  })
  if (!settings.data) return null
  return (
    <Section title="Mail">
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          className="size-4.5 accent-accent-solid"
          checked={
            changing.variables && changing.isPending
              ? changing.variables.access_requests
              : settings.data.access_requests
          }
          onChange={(event) => changing.mutate({ access_requests: event.target.checked })}
        />
        Mail me when somebody asks to be let in to a chat of mine
      </label>
    </Section>
  )
}

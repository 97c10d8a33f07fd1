import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { NewWebhook as NewWebhookBody, Webhook } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { relativeTime } from '../ui/times.ts'
import { say, sayProblem } from '../ui/toasts.tsx'
import { ShownOnce } from './shown-once.tsx'

const LOOK_AGAIN_MS = 3000

type Event = NewWebhookBody['events'][number]

const EVENTS: readonly { readonly event: Event; readonly name: string }[] = [
  { event: 'share.created', name: 'a link is made' },
  { event: 'share.viewed', name: 'somebody reads a link' },
]

/** Programs that are told of the account's links. */
export function WebhooksSection() {
  const api = useApi()
  const refresh = useRefresh()
  const [removing, setRemoving] = useState<Webhook>()
  const webhooks = useQuery({
    queryKey: keys.webhooks,
    queryFn: api.webhooks,
    staleTime: 0,
    // What came of a message shows by itself.
    refetchInterval: ({ state }) => (state.data?.some(({ waiting }) => waiting > 0) ? LOOK_AGAIN_MS : false),
  })
  return (
    <Section title="Webhooks">
      <p className="mb-4 text-muted">
        A program of yours is told when a link is made or read. Messages say which link and how often: never
        what is in the chat, or who read it.
      </p>
      <Problem>{webhooks.error ? sentenceOf(webhooks.error) : undefined}</Problem>
      {webhooks.data && webhooks.data.length > 0 && (
        <ul className="mb-5 flex flex-col divide-y divide-line">
          {webhooks.data.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              webhook={webhook}
              onTest={() =>
                void api
                  .testWebhook(webhook.id)
                  .then(() => say('A test is on its way'))
                  .then(() => refresh(keys.webhooks))
                  .catch(sayProblem)
              }
              onRemove={() => setRemoving(webhook)}
            />
          ))}
        </ul>
      )}
      <NewWebhook onMade={() => refresh(keys.webhooks, keys.events)} />
      <ConfirmDialog
        isOpen={removing !== undefined}
        title="Remove this webhook?"
        confirm="Remove"
        onClose={() => setRemoving(undefined)}
        onConfirm={async () => {
          if (!removing) return
          await api.removeWebhook(removing.id)
          say('Webhook removed')
          await refresh(keys.webhooks, keys.events)
        }}
      >
        <p className="[overflow-wrap:anywhere]">{removing?.url} is told nothing more from now on.</p>
      </ConfirmDialog>
    </Section>
  )
}

interface WebhookRowProps {
  readonly webhook: Webhook
  readonly onTest: () => void
  readonly onRemove: () => void
}

function WebhookRow({ webhook, onTest, onRemove }: WebhookRowProps) {
  const { url, events, last_attempt: last, waiting } = webhook
  const told = EVENTS.filter(({ event }) => events.includes(event)).map(({ name }) => name)
  return (
    <li className="flex flex-wrap items-center gap-3 py-3">
      <span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
        <span className="font-medium">{url}</span>
        <span className="block text-sm text-muted">
          When {told.join(' or ')} · {last === null ? 'told nothing yet' : outcomeOf(last)}
          {waiting > 0 && ` · ${waiting} waiting`}
        </span>
      </span>
      <span className="flex gap-1.5">
        <Button size="small" look="quiet" aria-label={`Test ${url}`} onClick={onTest}>
          Test
        </Button>
        <Button size="small" aria-label={`Remove ${url}`} onClick={onRemove}>
          Remove
        </Button>
      </span>
    </li>
  )
}

function outcomeOf({ at, outcome }: NonNullable<Webhook['last_attempt']>): string {
  const when = relativeTime(at, Date.now())
  return outcome === 'taken' ? `last told ${when}` : `failed ${when}: ${outcome}`
}

function NewWebhook({ onMade }: { readonly onMade: () => Promise<void> }) {
  const api = useApi()
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState<readonly Event[]>(EVENTS.map(({ event }) => event))
  const making = useMutation({
    mutationFn: () => api.createWebhook({ url: url.trim(), events: [...events] }),
    onSuccess: async () => {
      setUrl('')
      await onMade()
    },
  })
  return (
    <>
      {making.data && <ShownOnce what="secret" text={making.data.secret} />}
      <form noValidate className="flex max-w-xl flex-col gap-4" onSubmit={submitOnce(making)}>
        <Field
          label="Address of your program"
          type="url"
          inputMode="url"
          value={url}
          maxLength={2000}
          autoComplete="off"
          placeholder="https://example.com/neptun"
          onChange={(event) => setUrl(event.target.value)}
        />
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1.5 text-sm font-medium">It is told when</legend>
          {EVENTS.map(({ event, name }) => (
            <label key={event} className="flex items-center gap-2">
              <input
                type="checkbox"
                className="size-4.5 accent-accent-solid"
                checked={events.includes(event)}
                onChange={({ target }) =>
                  setEvents(target.checked ? [...events, event] : events.filter((chosen) => chosen !== event))
                }
              />
              {name}
            </label>
          ))}
        </fieldset>
        <Problem>{making.error ? sentenceOf(making.error) : undefined}</Problem>
        <Button
          type="submit"
          className="self-start"
          isBusy={making.isPending}
          disabled={url.trim() === '' || events.length === 0}
        >
          Add a webhook
        </Button>
      </form>
    </>
  )
}

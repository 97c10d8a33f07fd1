import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { AccessToken, TokenScope } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { Select } from '../ui/select.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'
import { ShownOnce } from './shown-once.tsx'

const DAY_MS = 24 * 60 * 60 * 1000

/** How long a new token lasts; one that is lost should end by itself. */
const LIFETIMES: readonly { readonly name: string; readonly days: number | null }[] = [
  { name: '30 days', days: 30 },
  { name: '90 days', days: 90 },
  { name: '1 year', days: 365 },
  { name: 'No end', days: null },
]

/** Tokens with which programs act for the account. */
export function TokensSection() {
  const api = useApi()
  const refresh = useRefresh()
  const [revoking, setRevoking] = useState<AccessToken>()
  const tokens = useQuery({ queryKey: keys.tokens, queryFn: api.tokens, staleTime: 0 })
  return (
    <Section title="Tokens for programs">
      <p className="mb-4 text-muted">
        A script, an agent or a build acts for you with a token instead of your password. Tokens reach your
        chats and links, and never your account itself.
      </p>
      <Problem>{tokens.error ? sentenceOf(tokens.error) : undefined}</Problem>
      {tokens.data && tokens.data.length > 0 && (
        <ul className="mb-5 flex flex-col divide-y divide-line">
          {tokens.data.map((token) => (
            <Token key={token.id} token={token} onRevoke={() => setRevoking(token)} />
          ))}
        </ul>
      )}
      <NewToken onMade={() => refresh(keys.tokens, keys.events)} />
      <ConfirmDialog
        isOpen={revoking !== undefined}
        title={`Revoke “${revoking?.name ?? ''}”?`}
        confirm="Revoke"
        onClose={() => setRevoking(undefined)}
        onConfirm={async () => {
          if (!revoking) return
          await api.revokeToken(revoking.id)
          say('Token revoked')
          await refresh(keys.tokens, keys.events)
        }}
      >
        <p>Programs that use it are refused from now on. This can’t be undone.</p>
      </ConfirmDialog>
    </Section>
  )
}

function Token({ token, onRevoke }: { readonly token: AccessToken; readonly onRevoke: () => void }) {
  const { name, scope, created_at: made, last_used_at: used, expires_at: expires } = token
  const now = Date.now()
  const hasEnded = expires !== null && Date.parse(expires) <= now
  return (
    <li className="flex items-center gap-3 py-3">
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{name}</span>
        <span className="text-muted"> · {scope === 'read' ? 'reads' : 'reads and writes'}</span>
        <span className="block text-sm text-muted">
          Made {relativeTime(made, now)} ·{' '}
          {used === null ? 'never used' : `last used ${relativeTime(used, now)}`} ·{' '}
          {expires === null ? 'no end' : `${hasEnded ? 'ended' : 'ends'} ${wholeTime(expires)}`}
        </span>
      </span>
      <Button size="small" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}

function NewToken({ onMade }: { readonly onMade: () => Promise<void> }) {
  const api = useApi()
  const id = useId()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<TokenScope>('read')
  const [days, setDays] = useState<number | null>(90)
  const making = useMutation({
    mutationFn: () =>
      api.createToken({
        name,
        scope,
        expires_at: days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
      }),
    onSuccess: async () => {
      setName('')
      await onMade()
    },
  })
  return (
    <>
      {making.data && <ShownOnce what="token" text={making.data.token} />}
      <form noValidate className="flex max-w-xl flex-col gap-4" onSubmit={submitOnce(making)}>
        <Field
          label="What it is for"
          value={name}
          maxLength={60}
          autoComplete="off"
          placeholder="Nightly build"
          onChange={(event) => setName(event.target.value)}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <div className="flex flex-col gap-1.5">
            <label htmlFor={`${id}-scope`} className="text-sm font-medium">
              It may
            </label>
            <Select
              id={`${id}-scope`}
              value={scope}
              onChange={(event) => setScope(event.target.value === 'write' ? 'write' : 'read')}
            >
              <option value="read">Read only</option>
              <option value="write">Read and write</option>
            </Select>
          </div>
          <div className="flex flex-col gap-1.5">
            <label htmlFor={`${id}-days`} className="text-sm font-medium">
              It ends after
            </label>
            <Select
              id={`${id}-days`}
              value={days ?? ''}
              onChange={(event) => setDays(event.target.value === '' ? null : Number(event.target.value))}
            >
              {LIFETIMES.map((lifetime) => (
                <option key={lifetime.name} value={lifetime.days ?? ''}>
                  {lifetime.name}
                </option>
              ))}
            </Select>
          </div>
        </div>
        <Problem>{making.error ? sentenceOf(making.error) : undefined}</Problem>
        <Button type="submit" className="self-start" isBusy={making.isPending} disabled={name.trim() === ''}>
          Make a token
        </Button>
      </form>
    </>
  )
}

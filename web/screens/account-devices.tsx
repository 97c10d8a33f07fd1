import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { OwnSession } from '../../src/client/types.ts'
import { startOver } from '../session/start-over.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'
import { ForgetProofs } from './forget-proofs.tsx'

const DAY_MS = 24 * 60 * 60 * 1000

/** Where one is signed in, and the way out of each and all of them. */
export function DevicesSection() {
  const api = useApi()
  const refresh = useRefresh()
  const [ending, setEnding] = useState<OwnSession>()
  const [isAskingAll, setAskingAll] = useState(false)
  const sessions = useQuery({ queryKey: keys.sessions, queryFn: api.sessions, staleTime: 0 })
  return (
    <Section title="Devices">
      <p className="mb-4 text-muted">
        Where you are signed in. Lost a device, or is one not yours? Sign it out.
      </p>
      <Problem>{sessions.error ? sentenceOf(sessions.error) : undefined}</Problem>
      <ul className="mb-5 flex flex-col divide-y divide-line">
        {sessions.data?.map((session) => (
          <Device key={session.id} session={session} onEnd={() => setEnding(session)} />
        ))}
      </ul>
      <Button onClick={() => setAskingAll(true)}>Sign out everywhere…</Button>
      <ForgetProofs />
      <ConfirmDialog
        isOpen={ending !== undefined}
        title={`Sign out ${ending ? nameOf(ending) : 'it'}?`}
        confirm="Sign out"
        onClose={() => setEnding(undefined)}
        onConfirm={async () => {
          if (!ending) return
          await api.endSession(ending.id)
          if (ending.is_this) startOver()
          else {
            say('Signed out there')
            await refresh(keys.sessions, keys.events)
          }
        }}
      >
        <p>
          {ending?.is_this
            ? 'That is this device: you have to sign in again.'
            : 'It has to sign in again. Your links don’t change.'}
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={isAskingAll}
        title="Sign out everywhere?"
        confirm="Sign out everywhere"
        onClose={() => setAskingAll(false)}
        onConfirm={async () => {
          await api.signOutEverywhere()
          startOver()
        }}
      >
        <p>
          All devices have to sign in again, this one too. Your links don’t change, and tokens of programs
          stay.
        </p>
      </ConfirmDialog>
    </Section>
  )
}

function Device({ session, onEnd }: { readonly session: OwnSession; readonly onEnd: () => void }) {
  const { is_this: isThis, created_at: since, last_used_at: used } = session
  return (
    <li className="flex items-center gap-3 py-3">
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{nameOf(session)}</span>
        {isThis && <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-sm">this one</span>}
        <span className="block text-sm text-muted">
          Since <time dateTime={since}>{wholeTime(since)}</time>
          {!isThis && <>, last used {usedWhen(used)}</>}
        </span>
      </span>
      <Button size="small" aria-label={`Sign out ${nameOf(session)}`} onClick={onEnd}>
        Sign out
      </Button>
    </li>
  )
}

function nameOf({ client }: OwnSession): string {
  return client ?? 'An unknown device'
}

/** It is kept once a day. */
function usedWhen(iso: string): string {
  return Date.now() - Date.parse(iso) < DAY_MS ? 'today' : relativeTime(iso, Date.now())
}

import type { ReactNode } from 'react'
import type { Share } from '../../src/client/types.ts'
import { CheckIcon, ClockIcon, GlobeIcon, KeyIcon, LockIcon, PauseIcon, PeopleIcon } from '../ui/icons.tsx'
import { audienceOf, type ShareState, stateNames } from './share-state.ts'

/** Whether a chat is shared and with whom, at a glance. */
export function ShareBadge({ share }: { readonly share: Share }) {
  const state = share?.state
  if (state && state !== 'active') return <StateBadge state={state} />
  const isOpen = !share.is_protected
  const Icon = isOpen ? GlobeIcon : privateIcon(share)
  return (
    <Badge look={isOpen ? 'bg-good-soft text-good' : 'bg-accent-soft text-accent'}>
      <Icon className="size-3.5" /> {audienceOf(share)}
    </Badge>
  )
}

function privateIcon(share: Share) {
  if (share.whitelist_count > 0) return PeopleIcon
  return share.has_password ? KeyIcon : LockIcon
}

export function StateBadge({ state }: { readonly state: ShareState }) {
  const Icon = state === 'active' ? CheckIcon : state === 'paused' ? PauseIcon : ClockIcon
  return (
    <Badge look={state === 'active' ? 'bg-good-soft text-good' : 'bg-warn-soft text-warn'}>
      <Icon className="size-3.5" /> {stateNames[state]}
    </Badge>
  )
}

function Badge({ look, children }: { readonly look: string; readonly children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap ${look}`}
    >
      {children}
    </span>
  )
}

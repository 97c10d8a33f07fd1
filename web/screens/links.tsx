import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useOfferLinksBack } from '../client/deletions.ts'
import { keys, useApi, useChats, useRefresh, useShares } from '../client/queries.ts'
import type { Chat, Share } from '../client/types.ts'
import { AccessRequests } from '../share/access-requests.tsx'
import { LazyShareDialog, prepareShareDialog } from '../share/lazy-share-dialog.tsx'
import { copyLink, openAsReader } from '../share/link-row.tsx'
import { audienceOf } from '../share/share-state.ts'
import { StateBadge } from '../share/share-badge.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import {
  ClockIcon,
  CopyIcon,
  EyeIcon,
  LinkIcon,
  MoreIcon,
  OpenIcon,
  PauseIcon,
  PencilIcon,
  PeopleIcon,
  PlayIcon,
  RotateIcon,
  TrashIcon,
} from '../ui/icons.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { say, sayProblem } from '../ui/toasts.tsx'
import { useSelection } from '../ui/use-selection.ts'

interface LinkedChat {
  readonly share: Share
  readonly chat: Pick<Chat, 'id' | 'name'>
}

/** All my links: their state, who may see, views and expiry. */
export function LinksScreen() {
  const shares = useShares()
  const chats = useChats()
  const failed = shares.isError ? shares : chats.isError ? chats : undefined
  const links = useMemo(() => linkedChats(shares.data ?? [], chats.data ?? []), [shares.data, chats.data])
  if (failed?.error) {
    return <LoadProblem what="Your links" error={failed.error} retry={() => void failed.refetch()} />
  }
  if (!shares.data || !chats.data) return <Loading what="your links" />
  return links.length === 0 ? <NoLinks /> : <LinkList links={links} />
}

function linkedChats(shares: readonly Share[], chats: readonly Chat[]): LinkedChat[] {
  const byId = new Map(chats.map((chat) => [chat.id, chat]))
  return shares.flatMap((share) => {
    const chat = byId.get(share.chat_conversation_id)
    return chat ? [{ share, chat }] : []
  })
}

function NoLinks() {
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>My links</PageTitle>
      <div className="card flex flex-col items-center gap-5 px-6 py-14 text-center">
        <span className="flex size-16 items-center justify-center rounded-2xl bg-accent-soft text-accent">
          <LinkIcon className="size-8" />
        </span>
        <p className="max-w-md text-muted">
          You have shared nothing yet, so nobody but you can see your chats. Open a chat and choose Share to
          make its link.
        </p>
        <Link to="/" className={buttonClass('primary')}>
          Go to my chats
        </Link>
      </div>
    </div>
  )
}

type Asking =
  | { readonly kind: 'settings'; readonly link: LinkedChat }
  | { readonly kind: 'rotate' | 'delete'; readonly links: readonly LinkedChat[] }

function LinkList({ links }: { readonly links: readonly LinkedChat[] }) {
  const api = useApi()
  const refresh = useRefresh()
  const offerBack = useOfferLinksBack()
  const [asking, setAsking] = useState<Asking>()
  const [isBusy, setBusy] = useState(false)
  const selection = useSelection(links.map(({ share }) => share.id))
  const chosen = links.filter(({ share }) => selection.has(share.id))

  /** Does it to each; what fails says so, and the rest is done all the same. */
  async function toEach(some: readonly LinkedChat[], act: (share: Share) => Promise<unknown>, done?: string) {
    const results = await Promise.allSettled(some.map(({ share }) => act(share)))
    await refresh(keys.shares)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    if (done !== undefined) say(some.length === 1 ? `Link ${done}` : `${some.length} links ${done}`)
    selection.clear()
  }

  async function pause(some: readonly LinkedChat[], isPaused: boolean) {
    setBusy(true)
    try {
      await toEach(
        some,
        (share) => api.changeShare(share, { is_shared: !isPaused }),
        isPaused ? 'paused' : 'resumed',
      )
    } catch (error) {
      sayProblem(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="flex flex-col gap-5">
      <PageTitle>My links</PageTitle>
      <AccessRequests />
      <ul className="flex flex-col gap-3" aria-label="Links">
        {links.map((link) => (
          <LinkCard
            key={link.share.id}
            link={link}
            isSelected={selection.has(link.share.id)}
            onSelect={() => selection.toggle(link.share.id)}
            onPause={(isPaused) => void pause([link], isPaused)}
            onAsk={setAsking}
          />
        ))}
      </ul>

      <SelectionBar selection={selection} what="link">
        <Button size="small" isBusy={isBusy} onClick={() => void pause(chosen, true)}>
          Pause
        </Button>
        <Button size="small" isBusy={isBusy} onClick={() => void pause(chosen, false)}>
          Resume
        </Button>
        <Button size="small" onClick={() => setAsking({ kind: 'rotate', links: chosen })}>
          New links…
        </Button>
        <Button size="small" look="danger" onClick={() => setAsking({ kind: 'delete', links: chosen })}>
          Delete…
        </Button>
      </SelectionBar>

      {asking?.kind === 'settings' && (
        <LazyShareDialog chat={asking.link.chat} isOpen onClose={() => setAsking(undefined)} />
      )}
      {asking?.kind === 'rotate' && (
        <ConfirmDialog
          isOpen
          title={asking.links.length === 1 ? 'Make a new link?' : `Make ${asking.links.length} new links?`}
          confirm={asking.links.length === 1 ? 'Make a new link' : 'Make new links'}
          onClose={() => setAsking(undefined)}
          onConfirm={() => toEach(asking.links, api.rotateShare, 'replaced')}
        >
          <p>What people have now stops working at once. Who may see the chats doesn’t change.</p>
        </ConfirmDialog>
      )}
      {asking?.kind === 'delete' && (
        <ConfirmDialog
          isOpen
          title={asking.links.length === 1 ? 'Delete this link?' : `Delete ${asking.links.length} links?`}
          confirm={asking.links.length === 1 ? 'Delete link' : `Delete ${asking.links.length} links`}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await toEach(asking.links, api.deleteShare)
            offerBack(asking.links.map(({ share }) => share))
          }}
        >
          <p>
            {asking.links.length === 1 ? 'It stops' : 'They stop'} working at once, and passwords, lists and
            counted views are gone. The chats themselves stay. For a moment you can undo it.
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}

interface LinkCardProps {
  readonly link: LinkedChat
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onPause: (isPaused: boolean) => void
  readonly onAsk: (asking: Asking) => void
}

function LinkCard({ link, isSelected, onSelect, onPause, onAsk }: LinkCardProps) {
  const { share, chat } = link
  const { state } = share
  const views =
    share.max_views === null ? String(share.view_count) : `${share.view_count} of ${share.max_views}`
  return (
    <li className="card flex items-start has-[input:checked]:border-accent has-[input:checked]:bg-accent-soft">
      <label className="flex cursor-pointer px-4 py-5">
        <input
          type="checkbox"
          aria-label={`Select the link of ${chat.name}`}
          className="size-4.5 accent-accent-solid"
          checked={isSelected}
          onChange={onSelect}
        />
      </label>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2 py-3.5 pr-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="flex flex-wrap items-center gap-2 font-medium">
            <Link
              to="/chats/$chatId"
              params={{ chatId: String(chat.id) }}
              className="line-clamp-2 hover:underline [overflow-wrap:anywhere]"
            >
              {chat.name}
            </Link>
            {state && <StateBadge state={state} />}
          </h2>
          <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
            <li className="flex items-center gap-1.5">
              <PeopleIcon className="size-4" /> {audienceOf(share)}
            </li>
            <li className="flex items-center gap-1.5">
              <EyeIcon className="size-4" /> {views}{' '}
              {share.view_count === 1 && share.max_views === null ? 'view' : 'views'}
            </li>
            <li
              className="flex items-center gap-1.5"
              title={share.expires_at ? wholeTime(share.expires_at) : undefined}
            >
              <ClockIcon className="size-4" /> {expiryOf(share)}
            </li>
            {share.snapshot_at && <li>Snapshot</li>}
          </ul>
        </div>
        <div className="ml-auto flex items-center gap-1">
          <Button
            size="small"
            aria-label={`Copy the link of ${chat.name}`}
            onClick={() => void copyLink(share.url)}
          >
            <CopyIcon className="size-4" /> Copy
          </Button>
          <Button
            size="small"
            aria-label={`Change the link of ${chat.name}`}
            onPointerEnter={prepareShareDialog}
            onFocus={prepareShareDialog}
            onClick={() => onAsk({ kind: 'settings', link })}
          >
            <PencilIcon className="size-4" /> Change
          </Button>
          <ActionMenu
            label={`More for the link of ${chat.name}`}
            trigger={<MoreIcon />}
            actions={[
              { name: 'Open as reader', icon: <OpenIcon />, run: () => openAsReader(share.url) },
              share.is_shared
                ? { name: 'Pause link', icon: <PauseIcon />, run: () => onPause(true) }
                : { name: 'Resume link', icon: <PlayIcon />, run: () => onPause(false) },
              {
                name: 'New link…',
                icon: <RotateIcon />,
                run: () => onAsk({ kind: 'rotate', links: [link] }),
              },
              {
                name: 'Delete link…',
                icon: <TrashIcon />,
                isDangerous: true,
                run: () => onAsk({ kind: 'delete', links: [link] }),
              },
            ]}
          />
        </div>
      </div>
    </li>
  )
}

function expiryOf(share: Share): string {
  if (share.expires_at === null) return 'Never expires'
  const now = Date.now()
  const isOver = Date.parse(share.expires_at) <= now
  return `${isOver ? 'Expired' : 'Expires'} ${relativeTime(share.expires_at, now)}`
}

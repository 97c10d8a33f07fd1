import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { MAX_SHARES_AT_ONCE } from '../../src/sharing/limits.ts'
import { useOfferLinksBack } from '../client/deletions.ts'
import { keys, useApi, useLinkPages, useRefresh } from '../client/queries.ts'
import type { Chat, ListedShare, Share } from '../client/types.ts'
import { AccessRequests } from '../share/access-requests.tsx'
import { LazyShareDialog, prepareShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { copyLink, linkActions } from '../share/link-row.tsx'
import { audienceOf, stateNames } from '../share/share-state.ts'
import { StateBadge } from '../share/share-badge.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ClockIcon, CopyIcon, EyeIcon, LinkIcon, MoreIcon, PencilIcon, PeopleIcon } from '../ui/icons.tsx'
import { Marked } from '../ui/marked.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Select } from '../ui/select.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import { say, sayProblem } from '../ui/toasts.tsx'
import { useSelection } from '../ui/use-selection.ts'
import { isNewSince, lastVisit } from './last-visit.ts'
import { LINK_ORDERS, LINK_STATES, linkOrderNames, type LinkSearch, readLinkSearch } from './link-search.ts'

const route = getRouteApi('/links')

/** All my links: searched, filtered and by page, with their state, who may see, views and expiry. */
export function LinksScreen() {
  const search = route.useSearch()
  const pages = useLinkPages(search)
  const isFiltered = Object.keys(search).some((name) => name !== 'sort')
  if (pages.isError) {
    return <LoadProblem what="Your links" error={pages.error} retry={() => void pages.refetch()} />
  }
  if (!pages.data) return <Loading what="your links" />
  if (pages.data.pages[0]?.total === 0 && !isFiltered) return <NoLinks />
  return <LinkList search={search} pages={pages} />
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
  | { readonly kind: 'settings'; readonly link: ListedShare }
  | { readonly kind: 'rotate' | 'delete'; readonly links: readonly ListedShare[] }

interface LinkListProps {
  readonly search: LinkSearch
  readonly pages: ReturnType<typeof useLinkPages>
}

function LinkList({ search, pages }: LinkListProps) {
  const api = useApi()
  const refresh = useRefresh()
  const navigate = route.useNavigate()
  const offerBack = useOfferLinksBack()
  const [asking, setAsking] = useState<Asking>()
  const [isBusy, setBusy] = useState(false)
  const [visit] = useState(lastVisit)
  const { q: query = '', sort = 'updated_at:desc', state } = search
  const links = pages.data?.pages.flatMap((page) => page.shares) ?? []
  const total = pages.data?.pages.at(-1)?.total ?? links.length
  const selection = useSelection(links.map(({ id }) => id))
  const chosen = links.filter(({ id }) => selection.has(id))

  const change = useCallback(
    (changed: { readonly [Name in keyof LinkSearch]?: LinkSearch[Name] | undefined }) =>
      void navigate({
        search: (before) => readLinkSearch({ ...before, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const onSearch = useCallback((q: string) => change({ q }), [change])

  /** Does it to each; what fails says so, and the rest is done all the same. */
  async function toEach(some: readonly Share[], act: (share: Share) => Promise<unknown>) {
    const results = await Promise.allSettled(some.map((share) => act(share)))
    await refresh(keys.shares)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    selection.clear()
  }

  /** Does it to all of them at once, or to none; the server takes so many in one request. */
  async function toAll(some: readonly Share[], act: (ids: readonly number[]) => Promise<unknown>) {
    const ids = some.map(({ id }) => id)
    for (let start = 0; start < ids.length; start += MAX_SHARES_AT_ONCE) {
      await act(ids.slice(start, start + MAX_SHARES_AT_ONCE))
    }
    await refresh(keys.shares)
    selection.clear()
  }

  async function pause(some: readonly Share[], isPaused: boolean) {
    setBusy(true)
    try {
      await toAll(some, (ids) => api.pauseShares(ids, isPaused))
      sayDone(some, isPaused ? 'paused' : 'resumed')
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
      <div className="flex flex-wrap gap-2">
        <SearchField label="Search names, labels and messages" value={query} onSearch={onSearch} />
        <Select
          aria-label="State"
          value={state ?? ''}
          onChange={({ target: { value } }) => change({ state: LINK_STATES.find((one) => one === value) })}
        >
          <option value="">In any state</option>
          {LINK_STATES.map((one) => (
            <option key={one} value={one}>
              {stateNames[one]}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Order"
          value={sort}
          onChange={({ target: { value } }) => change({ sort: LINK_ORDERS.find((one) => one === value) })}
        >
          {LINK_ORDERS.map((order) => (
            <option key={order} value={order}>
              {linkOrderNames[order]}
            </option>
          ))}
        </Select>
      </div>
      <p role="status" className="text-sm text-muted">
        {total === 1 ? '1 link' : `${total.toLocaleString('en')} links`}
      </p>
      {links.length === 0 && (
        <p className="card px-6 py-12 text-center text-muted">
          {query === '' ? 'No link is in that state.' : `No link has “${query}”. Try fewer letters.`}
        </p>
      )}
      <ul className="flex flex-col gap-3" aria-label="Links">
        {links.map((link) => (
          <LinkCard
            key={link.id}
            link={link}
            query={query}
            isNew={isNewSince(visit, link.last_viewed_at)}
            isSelected={selection.has(link.id)}
            onSelect={() => selection.toggle(link.id)}
            onPause={(isPaused) => void pause([link], isPaused)}
            onAsk={setAsking}
          />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button
          className="self-center"
          isBusy={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          Show more of {total.toLocaleString('en')}
        </Button>
      )}

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
        <LazyShareDialog
          chat={chatOf(asking.link)}
          shareId={asking.link.id}
          isOpen
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking?.kind === 'rotate' && (
        <ConfirmDialog
          isOpen
          title={asking.links.length === 1 ? 'Make a new link?' : `Make ${asking.links.length} new links?`}
          confirm={asking.links.length === 1 ? 'Make a new link' : 'Make new links'}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await toEach(asking.links, api.rotateShare)
            sayDone(asking.links, 'replaced')
          }}
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
            await toAll(asking.links, api.deleteShares)
            offerBack(asking.links)
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

function chatOf({ chat_conversation_id: id, chat_name: name = '' }: ListedShare): Pick<Chat, 'id' | 'name'> {
  return { id, name }
}

/** What a link is called among all: by its chat, and by its label where it has one. */
function nameOf({ chat_name: name = '', label }: ListedShare): string {
  return label === null ? name : `${name}, ${label}`
}

interface LinkCardProps {
  readonly link: ListedShare
  readonly query: string
  /** viewed since the last visit */
  readonly isNew: boolean
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onPause: (isPaused: boolean) => void
  readonly onAsk: (asking: Asking) => void
}

function LinkCard({ link: share, query, isNew, isSelected, onSelect, onPause, onAsk }: LinkCardProps) {
  const { state } = share
  const name = nameOf(share)
  const views =
    share.max_views === null ? String(share.view_count) : `${share.view_count} of ${share.max_views}`
  return (
    <li className="card flex items-start has-[input:checked]:border-accent has-[input:checked]:bg-accent-soft">
      <label className="flex cursor-pointer px-4 py-5">
        <input
          type="checkbox"
          aria-label={`Select the link of ${name}`}
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
              params={{ chatId: String(share.chat_conversation_id) }}
              className="line-clamp-2 hover:underline [overflow-wrap:anywhere]"
            >
              {share.chat_name}
            </Link>
            {share.label !== null && <span className="text-sm font-normal text-muted">{share.label}</span>}
            <StateBadge state={state} />
            {isNew && (
              <span className="rounded-full bg-accent-soft px-2.5 py-0.5 text-xs font-medium text-accent">
                Read since your last visit
              </span>
            )}
          </h2>
          {share.match?.message_id && (
            <p className="mt-1 line-clamp-2 text-sm [overflow-wrap:anywhere]">
              <Marked text={share.match.excerpt} query={query} />
            </p>
          )}
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
            {share.last_viewed_at && (
              <li title={wholeTime(share.last_viewed_at)}>
                Read {relativeTime(share.last_viewed_at, Date.now())}
                {share.reader_count > 0 &&
                  ` by ${share.reader_count === 1 ? '1 person' : `${share.reader_count} people`}`}
              </li>
            )}
            {share.snapshot_at && <li>{share.is_selection ? 'A part of the chat' : 'Snapshot'}</li>}
          </ul>
        </div>
        <div className="ml-auto flex items-center gap-1">
          <Button
            size="small"
            aria-label={`Copy the link of ${name}`}
            onClick={() => void copyLink(share.url)}
          >
            <CopyIcon className="size-4" /> Copy
          </Button>
          <Button
            size="small"
            aria-label={`Change the link of ${name}`}
            onPointerEnter={prepareShareDialog}
            onFocus={prepareShareDialog}
            onClick={() => onAsk({ kind: 'settings', link: share })}
          >
            <PencilIcon className="size-4" /> Change
          </Button>
          <ActionMenu
            label={`More for the link of ${name}`}
            trigger={<MoreIcon />}
            actions={linkActions({
              share,
              onPause,
              onRotate: () => onAsk({ kind: 'rotate', links: [share] }),
              onDelete: () => onAsk({ kind: 'delete', links: [share] }),
            })}
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

function sayDone(some: readonly Share[], done: string): void {
  say(some.length === 1 ? `Link ${done}` : `${some.length} links ${done}`)
}

import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useLinkPages } from '../client/queries.ts'
import type { Share } from '../../src/client/types.ts'
import { AccessRequests } from '../share/access-requests.tsx'
import { stateNames } from '../share/share-state.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { LinkIcon } from '../ui/icons.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Select } from '../ui/select.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { Loading } from '../ui/spinner.tsx'
import { sayProblem } from '../ui/toasts.tsx'
import { useSelection } from '../ui/use-selection.ts'
import { isNewSince, lastVisit } from './last-visit.ts'
import { LinkCard } from './link-card.tsx'
import { LINK_ORDERS, LINK_STATES, linkOrderNames, type LinkSearch, readLinkSearch } from './link-search.ts'
import { type LinkAsking, LinksAsking } from './links-asking.tsx'
import { useChangeLinks } from './use-change-links.ts'

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

interface LinkListProps {
  readonly search: LinkSearch
  readonly pages: ReturnType<typeof useLinkPages>
}

function LinkList({ search, pages }: LinkListProps) {
  const navigate = route.useNavigate()
  const [asking, setAsking] = useState<LinkAsking>()
  const [isBusy, setBusy] = useState(false)
  const [visit] = useState(lastVisit)
  const { q: query = '', sort = 'updated_at:desc', state } = search
  const links = pages.data?.pages.flatMap((page) => page.shares) ?? []
  const total = pages.data?.pages.at(-1)?.total ?? links.length
  const selection = useSelection(links.map(({ id }) => id))
  const chosen = links.filter(({ id }) => selection.has(id))
  const changeLinks = useChangeLinks(() => selection.clear())

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

  async function pause(some: readonly Share[], isPaused: boolean) {
    setBusy(true)
    try {
      await changeLinks.pause(some, isPaused)
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
      <SearchField label="Search names, labels and messages" value={query} onSearch={onSearch} />
      <div className="flex flex-wrap items-center gap-2">
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
        <p role="status" className="ml-auto text-sm text-muted">
          {total === 1 ? '1 link' : `${total.toLocaleString('en')} links`}
        </p>
      </div>
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

      {asking && <LinksAsking asking={asking} change={changeLinks} onClose={() => setAsking(undefined)} />}
    </div>
  )
}

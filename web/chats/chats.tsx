import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useDeleteChats } from '../client/deletions.ts'
import { useChatPages, useSharesOf } from '../client/queries.ts'
import type { Chat, ListedChat, Share } from '../../src/client/types.ts'
import { LazyShareDialog, prepareShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { ShareBadge } from '../share/share-badge.tsx'
import { shownModel } from '../../src/chats/shown-model.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FileIcon, MoreIcon, PencilIcon, ShareIcon, TrashIcon } from '../ui/icons.tsx'
import { Marked } from '../ui/marked.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Select } from '../ui/select.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime } from '../ui/times.ts'
import { type Selection, useSelection } from '../ui/use-selection.ts'
import { ChatFilters } from './chat-filters.tsx'
import { CHAT_ORDERS, chatOrderNames, type ChatSearch, readChatSearch } from './chat-orders.ts'
import { NoChats } from './no-chats.tsx'
import { RenameDialog } from './rename-dialog.tsx'

const route = getRouteApi('/')

type Asking =
  | { readonly kind: 'share' | 'rename'; readonly chat: Chat }
  | { readonly kind: 'delete'; readonly chats: readonly Chat[] }

/** My chats: searched, filtered and by page, however many there are. */
export function ChatsScreen() {
  const search = route.useSearch()
  const pages = useChatPages(search)
  const isFiltered = Object.keys(search).some((name) => name !== 'sort')
  if (pages.isError) {
    return <LoadProblem what="Your chats" error={pages.error} retry={() => void pages.refetch()} />
  }
  if (!pages.data) return <Loading what="your chats" />
  if (pages.data.pages[0]?.total === 0 && !isFiltered) return <NoChats />
  return <ChatList search={search} pages={pages} />
}

interface ChatListProps {
  readonly search: ChatSearch
  readonly pages: ReturnType<typeof useChatPages>
}

function ChatList({ search, pages }: ChatListProps) {
  const navigate = route.useNavigate()
  const [asking, setAsking] = useState<Asking>()
  const { q: query = '', sort = 'changed' } = search
  const chats = pages.data?.pages.flatMap((page) => page.chats) ?? []
  const total = pages.data?.pages.at(-1)?.total ?? chats.length
  const selection = useSelection(chats.map(({ id }) => id))
  const deleteChats = useDeleteChats()

  const change = useCallback(
    (changed: { readonly [Name in keyof ChatSearch]?: ChatSearch[Name] | undefined }) =>
      void navigate({
        search: (before) => readChatSearch({ ...before, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const onSearch = useCallback((q: string) => change({ q }), [change])

  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center justify-between gap-3">
        <PageTitle>My chats</PageTitle>
        <Link to="/import" className={buttonClass('secondary', 'small')}>
          <FileIcon className="size-4" /> Import
        </Link>
      </div>
      <SearchField label="Search names and messages" value={query} onSearch={onSearch} />
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Order"
          value={sort}
          onChange={({ target: { value } }) => change({ sort: CHAT_ORDERS.find((order) => order === value) })}
        >
          {CHAT_ORDERS.map((order) => (
            <option key={order} value={order}>
              {chatOrderNames[order]}
            </option>
          ))}
        </Select>
        <ChatFilters search={search} onChange={change} />
        <p role="status" className="ml-auto text-sm text-muted">
          {total === 1 ? '1 chat' : `${total.toLocaleString('en')} chats`}
        </p>
      </div>
      {chats.length === 0 && (
        <p className="card px-6 py-12 text-center text-muted">
          {query === ''
            ? 'No chat is like that.'
            : `No name or message has “${query}” in it. Try fewer letters.`}
        </p>
      )}
      {pages.data?.pages.map((page, index) => (
        <ChatPage
          key={page.chats[0]?.id ?? index}
          chats={page.chats}
          query={query}
          selection={selection}
          onAsk={setAsking}
        />
      ))}
      {pages.hasNextPage && (
        <Button
          className="self-center"
          isBusy={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          Show more of {total.toLocaleString('en')}
        </Button>
      )}

      <SelectionBar selection={selection} what="chat">
        <Button
          size="small"
          look="danger"
          onClick={() => setAsking({ kind: 'delete', chats: chats.filter(({ id }) => selection.has(id)) })}
        >
          <TrashIcon className="size-4" /> Delete…
        </Button>
      </SelectionBar>

      {asking?.kind === 'share' && (
        <LazyShareDialog chat={asking.chat} isOpen onClose={() => setAsking(undefined)} />
      )}
      {asking?.kind === 'rename' && <RenameDialog chat={asking.chat} onClose={() => setAsking(undefined)} />}
      {asking?.kind === 'delete' && (
        <ConfirmDialog
          isOpen
          title={deleteTitle(asking.chats)}
          confirm={asking.chats.length === 1 ? 'Delete chat' : `Delete ${asking.chats.length} chats`}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await deleteChats(asking.chats.map(({ id }) => id))
            selection.clear()
          }}
        >
          <p>
            {asking.chats.length === 1 ? 'Its' : 'Their'} messages and links are deleted too. For a moment you
            can undo it.
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}

function deleteTitle(chats: readonly Chat[]): string {
  const [first] = chats
  return chats.length === 1 && first ? `Delete “${first.name}”?` : `Delete ${chats.length} chats?`
}

interface ChatPageProps {
  readonly chats: readonly ListedChat[]
  readonly query: string
  readonly selection: Selection
  readonly onAsk: (asking: Asking) => void
}

function ChatPage({ chats, query, selection, onAsk }: ChatPageProps) {
  const shares = useSharesOf(chats.map(({ id }) => id))
  if (chats.length === 0) return null
  return (
    <ul className="card divide-y divide-line overflow-hidden">
      {chats.map((chat) => (
        <ChatRow
          key={chat.id}
          chat={chat}
          query={query}
          shares={shares.data?.filter(({ chat_conversation_id: id }) => id === chat.id) ?? []}
          isSelected={selection.has(chat.id)}
          onSelect={() => selection.toggle(chat.id)}
          onAsk={onAsk}
        />
      ))}
    </ul>
  )
}

interface ChatRowProps {
  readonly chat: ListedChat
  readonly query: string
  /** the main one first */
  readonly shares: readonly Share[]
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onAsk: (asking: Asking) => void
}

function ChatRow({ chat, query, shares, isSelected, onSelect, onAsk }: ChatRowProps) {
  const [share, ...others] = shares
  const messageId = chat.match?.message_id
  return (
    <li className="flex items-center gap-1 pr-2 transition-colors hover:bg-sunken/60 has-checked:bg-accent-soft sm:pr-3">
      <label className="flex cursor-pointer items-center self-stretch px-3.5 sm:px-4">
        <input
          type="checkbox"
          aria-label={`Select ${chat.name}`}
          className="size-4.5 accent-accent-solid"
          checked={isSelected}
          onChange={onSelect}
        />
      </label>
      <Link
        to="/chats/$chatId"
        params={{ chatId: String(chat.id) }}
        {...(messageId ? { hash: `found-${messageId}` } : {})}
        className="min-w-0 flex-1 rounded-lg py-3.5 outline-offset-[-2px]"
      >
        <span className="line-clamp-2 font-medium [overflow-wrap:anywhere]">
          {chat.match && !messageId ? <Marked text={chat.name} query={query} /> : chat.name}
        </span>
        {chat.match && messageId && (
          <span className="mt-1 line-clamp-2 text-sm [overflow-wrap:anywhere]">
            <Marked text={chat.match.excerpt} query={query} />
          </span>
        )}
        <span className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
          {shownModel(chat.model) !== '' && <span className="max-w-48 truncate">{chat.model}</span>}
          <span>{relativeTime(chat.updated_at, Date.now())}</span>
          {share && <ShareBadge share={share} />}
          {others.length > 0 && (
            <span>{others.length === 1 ? 'and 1 more link' : `and ${others.length} more links`}</span>
          )}
        </span>
      </Link>
      <button
        type="button"
        className={buttonClass('quiet', 'icon')}
        aria-label={`Share ${chat.name}`}
        onPointerEnter={prepareShareDialog}
        onFocus={prepareShareDialog}
        onClick={() => onAsk({ kind: 'share', chat })}
      >
        <ShareIcon />
      </button>
      <ActionMenu
        label={`More for ${chat.name}`}
        trigger={<MoreIcon />}
        actions={[
          { name: 'Rename…', icon: <PencilIcon />, run: () => onAsk({ kind: 'rename', chat }) },
          {
            name: 'Delete…',
            icon: <TrashIcon />,
            isDangerous: true,
            run: () => onAsk({ kind: 'delete', chats: [chat] }),
          },
        ]}
      />
    </li>
  )
}

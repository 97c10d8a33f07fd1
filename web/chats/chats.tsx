import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useDeleteChats } from '../client/deletions.ts'
import { useChats, useShares } from '../client/queries.ts'
import type { Chat, Share } from '../client/types.ts'
import { LazyShareDialog, prepareShareDialog } from '../share/lazy-share-dialog.tsx'
import { ShareBadge } from '../share/share-badge.tsx'
import { shownModel } from '../../src/chats/shown-model.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FileIcon, MoreIcon, PencilIcon, SearchIcon, ShareIcon, TrashIcon } from '../ui/icons.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { Select } from '../ui/select.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime } from '../ui/times.ts'
import { useSelection } from '../ui/use-selection.ts'
import { type ChatOrder, chatsInOrder } from './chats-in-order.ts'
import { NoChats } from './no-chats.tsx'
import { RenameDialog } from './rename-dialog.tsx'

const route = getRouteApi('/')

const ORDERS: Record<ChatOrder, string> = {
  changed: 'Last changed',
  newest: 'Newest first',
  oldest: 'Oldest first',
  name: 'By name',
}

const PAGE = 100

type Asking =
  | { readonly kind: 'share' | 'rename'; readonly chat: Chat }
  | { readonly kind: 'delete'; readonly chats: readonly Chat[] }

/** My chats. */
export function ChatsScreen() {
  const chats = useChats()
  if (chats.isError) {
    return <LoadProblem what="Your chats" error={chats.error} retry={() => void chats.refetch()} />
  }
  if (!chats.data) return <Loading what="your chats" />
  return chats.data.length === 0 ? <NoChats /> : <ChatList chats={chats.data} />
}

function ChatList({ chats }: { readonly chats: readonly Chat[] }) {
  const shares = useShares()
  const { q: query = '', sort = 'changed' } = route.useSearch()
  const navigate = route.useNavigate()
  const [shown, setShown] = useState(PAGE)
  const [asking, setAsking] = useState<Asking>()

  const found = useMemo(() => chatsInOrder(chats, query, sort), [chats, query, sort])
  const shareOf = useMemo(
    () => new Map(shares.data?.map((share) => [share.chat_conversation_id, share] as const)),
    [shares.data],
  )
  const selection = useSelection(found.map(({ id }) => id))
  const deleteChats = useDeleteChats()

  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center justify-between gap-3">
        <PageTitle>My chats</PageTitle>
        <Link to="/import" className={buttonClass('secondary', 'small')}>
          <FileIcon className="size-4" /> Import
        </Link>
      </div>
      <div className="flex flex-wrap gap-2">
        <div className="relative min-w-48 flex-1">
          <SearchIcon className="pointer-events-none absolute top-3 left-3 size-5 text-muted" />
          <input
            type="search"
            aria-label="Search by name or model"
            placeholder="Search by name or model"
            className="field pl-10!"
            defaultValue={query}
            onChange={(event) => {
              const q = event.target.value
              void navigate({
                search: { ...(q === '' ? {} : { q }), ...(sort === 'changed' ? {} : { sort }) },
                replace: true,
                resetScroll: false,
              })
            }}
          />
        </div>
        <Select
          aria-label="Order"
          value={sort}
          onChange={(event) =>
            void navigate({
              search: { ...(query === '' ? {} : { q: query }), sort: event.target.value as ChatOrder },
              replace: true,
              resetScroll: false,
            })
          }
        >
          {Object.entries(ORDERS).map(([order, name]) => (
            <option key={order} value={order}>
              {name}
            </option>
          ))}
        </Select>
      </div>
      <p role="status" className="sr-only">
        {found.length === 1 ? '1 chat' : `${found.length} chats`}
      </p>
      {found.length === 0 && (
        <p className="card px-6 py-12 text-center text-muted">
          No chat’s name or model has “{query}” in it. Try fewer letters.
        </p>
      )}
      {found.length > 0 && (
        <ul className="card divide-y divide-line overflow-hidden">
          {found.slice(0, shown).map((chat) => (
            <ChatRow
              key={chat.id}
              chat={chat}
              share={shareOf.get(chat.id)}
              isSelected={selection.has(chat.id)}
              onSelect={() => selection.toggle(chat.id)}
              onAsk={setAsking}
            />
          ))}
        </ul>
      )}
      {found.length > shown && (
        <Button className="self-center" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, found.length - shown)} more of {found.length}
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

interface ChatRowProps {
  readonly chat: Chat
  readonly share: Share | undefined
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onAsk: (asking: Asking) => void
}

function ChatRow({ chat, share, isSelected, onSelect, onAsk }: ChatRowProps) {
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
        className="min-w-0 flex-1 rounded-lg py-3.5 outline-offset-[-2px]"
      >
        <span className="line-clamp-2 font-medium [overflow-wrap:anywhere]">{chat.name}</span>
        <span className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
          {shownModel(chat.model) !== '' && <span className="max-w-48 truncate">{chat.model}</span>}
          <span>{relativeTime(chat.updated_at, Date.now())}</span>
          {share && <ShareBadge share={share} />}
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

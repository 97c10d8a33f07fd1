import { Link } from '@tanstack/react-router'
import type { ListedShare, Share } from '../../src/client/types.ts'
import { prepareShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { copyLink, linkActions } from '../share/link-row.tsx'
import { StateBadge } from '../share/share-badge.tsx'
import { audienceOf } from '../share/share-state.ts'
import { Button } from '../ui/button.tsx'
import { ClockIcon, CopyIcon, EyeIcon, MoreIcon, PencilIcon, PeopleIcon } from '../ui/icons.tsx'
import { Marked } from '../ui/marked.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { relativeTime, wholeTime } from '../ui/times.ts'
import type { LinkAsking } from './links-asking.tsx'

interface LinkCardProps {
  readonly link: ListedShare
  readonly query: string
  /** viewed since the last visit */
  readonly isNew: boolean
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onPause: (isPaused: boolean) => void
  readonly onAsk: (asking: LinkAsking) => void
}

/** A link with its state, who may see it, views and expiry, and what can be done with it. */
export function LinkCard({ link: share, query, isNew, isSelected, onSelect, onPause, onAsk }: LinkCardProps) {
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

/** What a link is called among all: by its chat, and by its label where it has one. */
function nameOf({ chat_name: name = '', label }: ListedShare): string {
  return label === null ? name : `${name}, ${label}`
}

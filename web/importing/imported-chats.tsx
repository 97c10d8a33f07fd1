import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Chat, ImportReport } from '../../src/client/types.ts'
import { LazyShareDialog, prepareShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { CheckIcon, ShareIcon } from '../ui/icons.tsx'
import { sayProblem } from '../ui/toasts.tsx'
import { FailedConversations } from './failed-conversations.tsx'

interface ImportedChatsProps {
  readonly report: ImportReport
  /** deletes the chats that came in */
  readonly onUndo: () => Promise<void>
  readonly onMore: () => void
}

const SHOWN = 50

/** What came in, each ready to be shared. */
export function ImportedChats({ report, onUndo, onMore }: ImportedChatsProps) {
  const [sharing, setSharing] = useState<Chat>()
  const undoing = useMutation({ mutationFn: onUndo, onError: sayProblem })
  const { chats } = report
  return (
    <>
      <p
        role="status"
        className="flex items-center gap-3 rounded-xl bg-good-soft px-4 py-3 font-medium text-good"
      >
        <CheckIcon /> {sentenceOf(report)}
      </p>
      {chats.length > 0 && (
        <ul className="card divide-y divide-line overflow-hidden" aria-label="New chats">
          {chats.slice(0, SHOWN).map((chat) => (
            <li key={chat.id} className="flex items-center gap-3 py-2 pr-3 pl-4">
              <Link
                to="/chats/$chatId"
                params={{ chatId: String(chat.id) }}
                className="line-clamp-2 min-w-0 flex-1 rounded-lg font-medium hover:underline [overflow-wrap:anywhere]"
              >
                {chat.name}
              </Link>
              <Button
                size="small"
                aria-label={`Share ${chat.name}`}
                onPointerEnter={prepareShareDialog}
                onFocus={prepareShareDialog}
                onClick={() => setSharing(chat)}
              >
                <ShareIcon className="size-4" /> Share
              </Button>
            </li>
          ))}
        </ul>
      )}
      {chats.length > SHOWN && (
        <p className="text-sm text-muted">And {chats.length - SHOWN} more among your chats.</p>
      )}
      <FailedConversations report={report} />
      <div className="flex flex-wrap gap-2">
        <Link to="/" className={buttonClass('primary')}>
          Go to my chats
        </Link>
        <Button onClick={onMore}>Import more</Button>
        {chats.length > 0 && (
          <Button look="quiet" isBusy={undoing.isPending} onClick={() => undoing.mutate()}>
            {chats.length === 1 ? 'Undo: delete it again' : `Undo: delete all ${chats.length} again`}
          </Button>
        )}
      </div>
      {sharing && <LazyShareDialog chat={sharing} isOpen onClose={() => setSharing(undefined)} />}
    </>
  )
}

function sentenceOf({ counts }: ImportReport): string {
  const facts = [
    counts.new === 1 ? '1 chat is new' : `${counts.new} chats are new`,
    counts.updated > 0 ? `${counts.updated} updated` : undefined,
    counts.unchanged + counts.edited > 0
      ? `${counts.unchanged + counts.edited} were here already`
      : undefined,
  ]
  return `${facts.filter((fact) => fact !== undefined).join(', ')}.`
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useDeleteChats } from '../client/deletions.ts'
import { failureOf, keys, useApi, useSharesOf } from '../client/queries.ts'
import { ApiProblem } from '../../src/client/api-problem.ts'
import type { Chat, ChatMessage } from '../../src/client/types.ts'
import { AddMessages } from '../compose/add-messages.tsx'
import { LazyPartDialog } from '../share/lazy-part-dialog.tsx'
import { LazyShareDialog, prepareShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { ShareBadge } from '../share/share-badge.tsx'
import { shownModel } from '../../src/chats/shown-model.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { BackIcon, DownloadIcon, MoreIcon, OpenIcon, PencilIcon, ShareIcon, TrashIcon } from '../ui/icons.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime } from '../ui/times.ts'
import { ExportDialog } from './export-dialog.tsx'
import { MessageList } from './message-list.tsx'
import { useRendered } from './rendered-messages.ts'
import { NotFoundScreen } from '../screens/other-screens.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { useFoundMessage } from './use-found-message.ts'

const route = getRouteApi('/chats/$chatId')
const PATIENCE_MS = 700

/** A chat with its messages. */
export function ChatScreen() {
  const { chatId } = route.useParams()
  return /^[1-9]\d{0,9}$/.test(chatId) ? <Loaded key={chatId} chatId={Number(chatId)} /> : <NotFoundScreen />
}

function Loaded({ chatId }: { readonly chatId: number }) {
  const api = useApi()
  const chat = useQuery({ queryKey: keys.chat(chatId), queryFn: () => api.chat(chatId) })
  const messages = useQuery({ queryKey: keys.messages(chatId), queryFn: () => api.messages(chatId) })
  // The first page is waited for, so that a chat doesn't change its looks in front of its owner; but not for long.
  const rendered = useRendered(chatId, 1, true)
  const [isPatient, setPatient] = useState(true)
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  const failure = failureOf(chat, messages)
  if (failure) {
    const isMissing = failure.error instanceof ApiProblem && [400, 404].includes(failure.error.status)
    if (isMissing) return <NotFoundScreen />
    return <LoadProblem what="The chat" {...failure} />
  }
  if (!chat.data || !messages.data || (rendered.isPending && isPatient)) return <Loading what="the chat" />
  return <ChatView chat={chat.data} messages={messages.data} />
}

type Asking = 'share' | 'part' | 'rename' | 'export' | 'delete' | undefined

function ChatView({ chat, messages }: { readonly chat: Chat; readonly messages: readonly ChatMessage[] }) {
  const deleteChats = useDeleteChats()
  const navigate = useNavigate()
  const shares = useSharesOf([chat.id])
  const [asking, setAsking] = useState<Asking>()
  /** the link that a part of the chat was published under just now */
  const [published, setPublished] = useState<number>()
  const share = shares.data?.[0]
  useFoundMessage(messages)
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`

  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-col gap-3">
        <Link to="/" className={`${buttonClass('quiet', 'small')} -ml-3 self-start text-muted!`}>
          <BackIcon className="size-4" /> My chats
        </Link>
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <div className="min-w-0 flex-1 basis-72">
            <PageTitle>{chat.name}</PageTitle>
            <p className="mt-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
              {shownModel(chat.model) !== '' && <span>{chat.model}</span>}
              <span>{count}</span>
              <span>changed {relativeTime(chat.updated_at, Date.now())}</span>
              {share && <ShareBadge share={share} />}
            </p>
          </div>
          <div className="flex items-center gap-1.5">
            {share && (
              <a href={share.url} target="_blank" rel="noreferrer" className={buttonClass()}>
                <OpenIcon /> Open as reader
              </a>
            )}
            <Button
              look="primary"
              onPointerEnter={prepareShareDialog}
              onFocus={prepareShareDialog}
              onClick={() => setAsking('share')}
            >
              <ShareIcon /> Share
            </Button>
            <ActionMenu
              label="More for this chat"
              triggerClass={buttonClass('quiet', 'icon')}
              trigger={<MoreIcon />}
              actions={[
                ...(messages.length > 0
                  ? [{ name: 'Share a part…', icon: <ShareIcon />, run: () => setAsking('part') }]
                  : []),
                { name: 'Rename…', icon: <PencilIcon />, run: () => setAsking('rename') },
                { name: 'Export…', icon: <DownloadIcon />, run: () => setAsking('export') },
                { name: 'Delete…', icon: <TrashIcon />, isDangerous: true, run: () => setAsking('delete') },
              ]}
            />
          </div>
        </div>
      </div>

      {messages.length === 0 ? (
        <p className="card px-6 py-12 text-center text-muted">
          This chat has no messages yet. Add the first below.
        </p>
      ) : (
        <MessageList messages={messages} />
      )}
      <AddMessages chatId={chat.id} lastRole={messages.at(-1)?.role} />

      {asking === 'share' && (
        <LazyShareDialog
          chat={chat}
          {...(published === undefined ? {} : { shareId: published })}
          isOpen
          onClose={() => {
            setAsking(undefined)
            setPublished(undefined)
          }}
        />
      )}
      {asking === 'part' && (
        <LazyPartDialog
          chat={chat}
          onClose={() => setAsking(undefined)}
          onPublished={({ id }) => {
            setPublished(id)
            setAsking('share')
          }}
        />
      )}
      {asking === 'export' && <ExportDialog chat={chat} onClose={() => setAsking(undefined)} />}
      {asking === 'rename' && <RenameDialog chat={chat} onClose={() => setAsking(undefined)} />}
      <ConfirmDialog
        isOpen={asking === 'delete'}
        title={`Delete “${chat.name}”?`}
        confirm="Delete chat"
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          await deleteChats([chat.id])
          await navigate({ to: '/' })
        }}
      >
        <p>
          This deletes its {count}
          {share
            ? (shares.data?.length === 1 ? ' and its link' : ' and its links') +
              ', which nobody else can open from then on'
            : ''}
          . For a moment you can undo it.
        </p>
      </ConfirmDialog>
    </div>
  )
}

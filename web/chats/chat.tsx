import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { keys, useApi, useRefresh, useSharesOf } from '../client/queries.ts'
import { ApiProblem } from '../client/request.ts'
import type { Chat, ChatMessage } from '../client/types.ts'
import { AddMessages } from '../compose/add-messages.tsx'
import { forgetDraftsOfChats } from '../compose/kept-drafts.ts'
import { LazyPartDialog } from '../share/lazy-part-dialog.tsx'
import { LazyShareDialog, prepareShareDialog } from '../share/lazy-share-dialog.tsx'
import { ShareBadge } from '../share/share-badge.tsx'
import { shownModel } from '../../src/chats/shown-model.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { BackIcon, MoreIcon, PencilIcon, ShareIcon, TrashIcon } from '../ui/icons.tsx'
import { ActionMenu } from '../ui/menu.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { LoadProblem } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { relativeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'
import { MessageItem } from './message-item.tsx'
import { NotFoundScreen } from '../screens/other-screens.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { useFoundMessage } from './use-found-message.ts'

const route = getRouteApi('/chats/$chatId')

/** A chat with its messages. */
export function ChatScreen() {
  const { chatId } = route.useParams()
  return /^[1-9]\d{0,9}$/.test(chatId) ? <Loaded key={chatId} chatId={Number(chatId)} /> : <NotFoundScreen />
}

function Loaded({ chatId }: { readonly chatId: number }) {
  const api = useApi()
  const chat = useQuery({ queryKey: keys.chat(chatId), queryFn: () => api.chat(chatId) })
  const messages = useQuery({ queryKey: keys.messages(chatId), queryFn: () => api.messages(chatId) })
  const failed = chat.isError ? chat : messages.isError ? messages : undefined
  if (failed?.error) {
    const isMissing = failed.error instanceof ApiProblem && [400, 404].includes(failed.error.status)
    if (isMissing) return <NotFoundScreen />
    return <LoadProblem what="The chat" error={failed.error} retry={() => void failed.refetch()} />
  }
  if (!chat.data || !messages.data) return <Loading what="the chat" />
  return <ChatView chat={chat.data} messages={messages.data} />
}

type Asking = 'share' | 'part' | 'rename' | 'delete' | undefined

function ChatView({ chat, messages }: { readonly chat: Chat; readonly messages: readonly ChatMessage[] }) {
  const api = useApi()
  const refresh = useRefresh()
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
        <ol className="flex flex-col gap-3" aria-label="Messages">
          {messages.map((message, index) => (
            <MessageItem key={message.id} message={message} number={index + 1} />
          ))}
        </ol>
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
      {asking === 'rename' && <RenameDialog chat={chat} onClose={() => setAsking(undefined)} />}
      <ConfirmDialog
        isOpen={asking === 'delete'}
        title={`Delete “${chat.name}”?`}
        confirm="Delete chat"
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          await api.deleteChats([chat.id])
          await navigate({ to: '/' })
          forgetDraftsOfChats(chat.neptun_user_id, [chat.id])
          void refresh(keys.chats, keys.shares)
          say('Chat deleted')
        }}
      >
        <p>
          This deletes its {count}
          {share ? (shares.data?.length === 1 ? ' and its link' : ' and its links') : ''} too, and can’t be
          undone.
        </p>
      </ConfirmDialog>
    </div>
  )
}

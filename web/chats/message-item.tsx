import { useRef, useState } from 'react'
import { keys, useApi, useMe, useRefresh } from '../client/queries.ts'
import type { ChatMessage } from '../../src/client/types.ts'
import { buttonClass } from '../ui/button.tsx'
import { findDraft } from '../compose/kept-drafts.ts'
import { MessageEditor, placeOf } from '../compose/message-editor.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { PencilIcon, PersonIcon, SparkIcon, TrashIcon } from '../ui/icons.tsx'
import { wholeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'
import { RenderedBody } from './rendered-body.tsx'

interface MessageItemProps {
  readonly message: ChatMessage
  readonly number: number
  /** as readers see it; undefined until the server has rendered it */
  readonly html: string | undefined
  /** takes the element, to know when it comes near the screen */
  readonly watch: (element: Element | null) => void
}

const roleNames = { user: 'User', assistant: 'Assistant' } as const

/** One message: read, edited in its place, or deleted. */
export function MessageItem({ message, number, html, watch }: MessageItemProps) {
  const api = useApi()
  const refresh = useRefresh()
  const { id: userId } = useMe()
  // What was begun the last time goes on; only who clicks to edit wants the focus in it.
  const [editing, setEditing] = useState<'begun' | 'clicked' | undefined>(() =>
    findDraft(userId, placeOf(message)) === undefined ? undefined : 'begun',
  )
  const [isDeleting, setDeleting] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const chatId = message.chat_conversation_id
  const refetch = () => refresh(keys.messages(chatId), keys.rendered(chatId), keys.chat(chatId), keys.chats)

  function stopEditing() {
    setEditing(undefined)
    // After the editor is gone.
    setTimeout(() => editButton.current?.focus())
  }

  const isUser = message.role === 'user'
  const Icon = isUser ? PersonIcon : SparkIcon
  const name = `${roleNames[message.role]}, message ${number}`
  return (
    <li
      ref={watch}
      id={`message-${number}`}
      className={`card p-4 [contain-intrinsic-size:auto_12rem] [content-visibility:auto] sm:p-5 ${isUser ? 'bg-accent-soft/60!' : ''}`}
    >
      <div className="mb-2 flex items-center gap-2">
        <span
          className={`inline-flex size-7 items-center justify-center rounded-full ${isUser ? 'bg-accent-solid text-white' : 'bg-sunken text-accent'}`}
        >
          <Icon className="size-4" />
        </span>
        <h2 className="text-sm font-semibold">{roleNames[message.role]}</h2>
        <time dateTime={message.created_at} className="truncate text-xs text-muted">
          {wholeTime(message.created_at)}
        </time>
        {editing === undefined && (
          <span className="ml-auto flex">
            <button
              ref={editButton}
              type="button"
              aria-label={`Edit ${name}`}
              className={`${buttonClass('quiet', 'small-icon')} text-muted!`}
              onClick={() => setEditing('clicked')}
            >
              <PencilIcon className="size-4.5" />
            </button>
            <button
              type="button"
              aria-label={`Delete ${name}`}
              className={`${buttonClass('quiet', 'small-icon')} text-muted!`}
              onClick={() => setDeleting(true)}
            >
              <TrashIcon className="size-4.5" />
            </button>
          </span>
        )}
      </div>
      {editing === undefined ? (
        <MessageBody content={message.content} html={html} />
      ) : (
        <MessageEditor
          message={message}
          name={name}
          takesFocus={editing === 'clicked'}
          onSaved={refetch}
          onDone={stopEditing}
        />
      )}
      {isDeleting && (
        <ConfirmDialog
          isOpen
          title={`Delete message ${number}?`}
          confirm="Delete message"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await api.deleteMessage(message)
            await refetch()
            say('Message deleted')
          }}
        >
          <p className="line-clamp-4 rounded-lg bg-sunken p-3 text-sm whitespace-pre-wrap">
            {message.content}
          </p>
          <p>It is gone for good. A snapshot that you have shared keeps it until you update the snapshot.</p>
        </ConfirmDialog>
      )}
    </li>
  )
}

/** Until it is rendered, its beginning stands in for it. */
function MessageBody({ content, html }: { readonly content: string; readonly html: string | undefined }) {
  if (html !== undefined) return <RenderedBody html={html} />
  return (
    <p
      dir="auto"
      aria-busy="true"
      className="max-h-72 overflow-hidden whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {content.slice(0, WAITING_CHARS)}
    </p>
  )
}

const WAITING_CHARS = 2_000

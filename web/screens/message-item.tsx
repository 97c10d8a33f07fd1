import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { ChatMessage } from '../client/types.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { PencilIcon, PersonIcon, SparkIcon, TrashIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { wholeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'
import { FoldedText } from './folded-text.tsx'

interface MessageItemProps {
  readonly message: ChatMessage
  readonly number: number
}

const roleNames = { user: 'User', assistant: 'Assistant' } as const

/** One message: read, edited in its place, or deleted. */
export function MessageItem({ message, number }: MessageItemProps) {
  const api = useApi()
  const refresh = useRefresh()
  const [text, setText] = useState<string>()
  const [isDeleting, setDeleting] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const chatId = message.chat_conversation_id
  const refetch = () => refresh(keys.messages(chatId), keys.chat(chatId), keys.chats)

  const saving = useMutation({
    mutationFn: (content: string) => api.changeMessage(message, content),
    onSuccess: async () => {
      await refetch()
      stopEditing()
      say('Message saved')
    },
  })

  function stopEditing() {
    setText(undefined)
    saving.reset()
    // After the editor is gone.
    setTimeout(() => editButton.current?.focus())
  }

  const isUser = message.role === 'user'
  const Icon = isUser ? PersonIcon : SparkIcon
  const name = `${roleNames[message.role]}, message ${number}`
  return (
    <li
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
        {text === undefined && (
          <span className="ml-auto flex">
            <button
              ref={editButton}
              type="button"
              aria-label={`Edit ${name}`}
              className={`${buttonClass('quiet', 'small-icon')} text-muted!`}
              onClick={() => setText(message.content)}
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
      {text === undefined ? (
        <FoldedText text={message.content} />
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            if (!saving.isPending) saving.mutate(text)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && text === message.content) stopEditing()
          }}
        >
          <textarea
            aria-label={`Text of ${name}`}
            className="field grows max-h-[60vh] min-h-32 leading-relaxed"
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Problem>{saving.error?.message}</Problem>
          <div className="flex justify-end gap-2">
            <Button look="quiet" size="small" onClick={stopEditing}>
              Cancel
            </Button>
            <Button type="submit" look="primary" size="small" isBusy={saving.isPending}>
              Save message
            </Button>
          </div>
        </form>
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

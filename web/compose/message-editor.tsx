import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useApi, useMe } from '../client/queries.ts'
import type { ChatMessage } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/problem.tsx'
import { say } from '../ui/toasts.tsx'
import { AddFileButton, useAddedFiles } from './added-files.tsx'
import { findDraft, useKeptDraft } from './kept-drafts.ts'

interface MessageEditorProps {
  readonly message: ChatMessage
  /** which message it is, for those who can't see where the field is */
  readonly name: string
  readonly takesFocus: boolean
  readonly onSaved: () => Promise<void>
  readonly onDone: () => void
}

/** Where a half-written change of a message is kept. */
export function placeOf({ id, chat_conversation_id: chatId }: ChatMessage): string {
  return `chat-${chatId} message-${id}`
}

/** A message being changed in its place. */
export function MessageEditor({ message, name, takesFocus, onSaved, onDone }: MessageEditorProps) {
  const api = useApi()
  const { id: userId } = useMe()
  const [begun] = useState(() => findDraft(userId, placeOf(message)) as string | undefined)
  const [text, setText] = useState(begun ?? message.content)
  const field = useRef<HTMLTextAreaElement>(null)
  const files = useAddedFiles(
    field,
    async (file) => (await api.addFile(message.chat_conversation_id, file)).markdown,
    setText,
  )
  const forgetDraft = useKeptDraft(userId, placeOf(message), text === message.content ? undefined : text)

  const saving = useMutation({
    mutationFn: (content: string) => api.changeMessage(message, content),
    onSuccess: async () => {
      forgetDraft()
      await onSaved()
      onDone()
      say('Message saved')
    },
  })

  function leave() {
    forgetDraft()
    onDone()
  }

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!saving.isPending) saving.mutate(text)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text === message.content) leave()
      }}
    >
      {begun !== undefined && (
        <p className="text-sm text-muted">You started to change this message. It isn’t saved yet.</p>
      )}
      <textarea
        ref={field}
        {...files.dropping}
        onPaste={(event) => files.paste(event)}
        aria-label={`Text of ${name}`}
        dir="auto"
        className="field grows max-h-[60vh] min-h-32 leading-relaxed"
        autoFocus={takesFocus}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Problem>{saving.error?.message}</Problem>
      <div className="flex flex-wrap items-start justify-end gap-2">
        <span className="mr-auto">
          <AddFileButton files={files} label={`Add a picture or file to ${name}`} />
        </span>
        <Button look="quiet" size="small" onClick={leave}>
          {text === message.content ? 'Cancel' : 'Discard changes'}
        </Button>
        <Button type="submit" look="primary" size="small" isBusy={saving.isPending}>
          Save message
        </Button>
      </div>
    </form>
  )
}

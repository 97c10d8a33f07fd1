import { useRef } from 'react'
import type { NewMessage } from '../../src/client/types.ts'
import { buttonClass } from '../ui/button.tsx'
import { CloseIcon } from '../ui/icons.tsx'
import type { DraftMessage } from './chat-draft.ts'
import { Problem } from '../ui/problem.tsx'
import { useAddedFiles } from './added-files.tsx'
import { pasteRich, withInserted } from './pasted-html.ts'
import { RoleSwitch } from './role-switch.tsx'

interface DraftMessageCardProps {
  readonly message: DraftMessage
  readonly number: number
  readonly isOnly: boolean
  readonly onChange: (change: Partial<NewMessage>) => void
  readonly onPasted: (text: string) => void
  /** keeps a file for when the chat is saved, and answers what stands for it */
  readonly onFile: (file: File) => Promise<string>
  readonly onRemove: () => void
}

/** A message being written. */
export function DraftMessageCard(props: DraftMessageCardProps) {
  const { message, number, isOnly, onChange, onPasted, onFile, onRemove } = props
  const wasEmpty = useRef(true)
  const field = useRef<HTMLTextAreaElement>(null)
  const files = useAddedFiles(field, onFile, (content) => onChange({ content }))
  const insert = (field: HTMLTextAreaElement, text: string): void => {
    const value = withInserted(field, text)
    onChange({ content: value })
    if (wasEmpty.current) onPasted(value)
  }
  return (
    <li className="card flex flex-col gap-2 p-3 [contain-intrinsic-size:auto_10rem] [content-visibility:auto] sm:p-4">
      <div className="flex items-center justify-between gap-2">
        <RoleSwitch
          label={`Who says message ${number}`}
          role={message.role}
          onChange={(role) => onChange({ role })}
        />
        {!isOnly && (
          <button
            type="button"
            className={`${buttonClass('quiet', 'small-icon')} text-muted!`}
            aria-label={`Remove message ${number}`}
            onClick={onRemove}
          >
            <CloseIcon className="size-4.5" />
          </button>
        )}
      </div>
      <textarea
        ref={field}
        aria-label={`Message ${number}`}
        placeholder={
          isOnly ? 'Paste the conversation here, or write the first message' : 'Write or paste this message'
        }
        className={`field grows max-h-[60vh] leading-relaxed ${isOnly ? 'min-h-48' : 'min-h-20'}`}
        value={message.content}
        onPaste={(event) => {
          // Only what is pasted into an empty message, or over all of it, may be a whole conversation.
          const { value, selectionStart, selectionEnd } = event.currentTarget
          wasEmpty.current = value.trim() === '' || selectionEnd - selectionStart === value.length
          if (files.paste(event)) return
          pasteRich(event, insert)
        }}
        onChange={(event) => {
          const { value } = event.target
          onChange({ content: value })
          const { inputType } = event.nativeEvent as InputEvent
          if (inputType === 'insertFromPaste' && wasEmpty.current) onPasted(value)
        }}
      />
      <Problem>{files.problem}</Problem>
    </li>
  )
}

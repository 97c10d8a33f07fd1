import { useMutation } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { keys, useApi, useMe, useRefresh } from '../client/queries.ts'
import type { NewMessage, Role } from '../../src/client/types.ts'
import type { SpeakerNames } from '../../src/importing/text/find-turns.ts'
import { WhoIsWho } from '../importing/who-is-who.tsx'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/problem.tsx'
import { say } from '../ui/toasts.tsx'
import { AddFileButton, useAddedFiles } from './added-files.tsx'
import { findDraft, useKeptDraft } from './kept-drafts.ts'
import { pasteRich, withInserted } from './pasted-html.ts'
import { RoleSwitch } from './role-switch.tsx'
import { splitPaste } from './split-paste.ts'

interface AddMessagesProps {
  readonly chatId: number
  readonly lastRole: Role | undefined
}

interface AddedDraft {
  readonly role?: Role
  readonly text: string
}

/** Adds a message to a chat, or several when a whole conversation is pasted. */
export function AddMessages({ chatId, lastRole }: AddMessagesProps) {
  const api = useApi()
  const refresh = useRefresh()
  const { id: userId } = useMe()
  const place = `chat-${chatId}`
  const [begun] = useState(() => findDraft(userId, place) as AddedDraft | undefined)
  const [role, setRole] = useState(begun?.role)
  const [text, setText] = useState(begun?.text ?? '')
  const draft = useMemo(() => (text === '' ? undefined : { role, text }), [role, text])
  const forgetDraft = useKeptDraft(userId, place, draft)
  const [pasted, setPasted] = useState<readonly NewMessage[]>()
  const [speakers, setSpeakers] = useState<readonly string[]>()
  const field = useRef<HTMLTextAreaElement>(null)
  const files = useAddedFiles(field, async (file) => (await api.addFile(chatId, file)).markdown, setText)
  const nextRole = role ?? (lastRole === 'user' ? 'assistant' : 'user')

  const adding = useMutation({
    mutationFn: (messages: readonly NewMessage[]) => api.addMessages(chatId, messages),
    onSuccess: async (added) => {
      forgetDraft()
      setText('')
      setPasted(undefined)
      setSpeakers(undefined)
      setRole(undefined)
      field.current?.focus()
      say(added.length === 1 ? 'Message added' : `${added.length} messages added`)
      await refresh(keys.messages(chatId), keys.rendered(chatId), keys.chat(chatId), keys.chats)
    },
  })

  async function change(written: string, isPaste: boolean) {
    setText(written)
    if (isPaste) return part(written)
    setPasted(undefined)
    setSpeakers(undefined)
  }

  async function part(written: string, names?: SpeakerNames) {
    const found = await splitPaste(written, names)
    const messages = found && 'messages' in found && found.messages.length > 1 ? found.messages : undefined
    setPasted(messages)
    setSpeakers(found && 'speakers' in found ? found.speakers : undefined)
  }

  function add(messages: readonly NewMessage[]) {
    if (!adding.isPending && text.trim() !== '') adding.mutate(messages)
  }

  return (
    <form
      aria-label="Add a message"
      className="card flex flex-col gap-3 p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault()
        add([{ role: nextRole, content: text }])
      }}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-sm font-semibold">Add a message</h2>
        <RoleSwitch label="Who says it" role={nextRole} onChange={setRole} />
      </div>
      <textarea
        ref={field}
        aria-label="Message"
        placeholder="Write a message, or paste more of the conversation"
        className="field grows max-h-[50vh] min-h-24 leading-relaxed"
        value={text}
        {...files.dropping}
        onPaste={(event) => {
          if (files.paste(event)) return
          pasteRich(event, (target, inserted) => void change(withInserted(target, inserted), true))
        }}
        onChange={(event) => {
          const { inputType } = event.nativeEvent as InputEvent
          void change(event.target.value, inputType === 'insertFromPaste')
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit()
        }}
      />
      {speakers && (
        <WhoIsWho
          speakers={speakers}
          onChosen={(names) => void part(text, names)}
          onKeep={() => setSpeakers(undefined)}
        />
      )}
      {pasted && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft px-3 py-2 text-sm"
        >
          <span className="flex-1">This looks like {pasted.length} messages.</span>
          <Button size="small" onClick={() => add(pasted)} isBusy={adding.isPending}>
            Add as {pasted.length} messages
          </Button>
        </p>
      )}
      <Problem>{adding.error?.message}</Problem>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <AddFileButton files={files} label="Add a picture or file to the message" />
        <Button
          type="submit"
          size="small"
          look="primary"
          disabled={text.trim() === '' || files.isBusy}
          isBusy={adding.isPending}
        >
          Add message
        </Button>
      </div>
    </form>
  )
}

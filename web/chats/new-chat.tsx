import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { keys, useApi, useMe, useRefresh } from '../client/queries.ts'
import {
  addMessage,
  changeMessage,
  type ChatDraft,
  emptyDraft,
  insertPasted,
  isEmptyDraft,
  removeMessage,
  suggestedName,
  writtenMessages,
} from '../compose/chat-draft.ts'
import { DraftMessageCard } from '../compose/draft-message-card.tsx'
import { findDraft, useKeptDraft } from '../compose/kept-drafts.ts'
import { createUnsentFiles } from '../compose/unsent-files.ts'
import { splitPaste } from '../compose/split-paste.ts'
import { UNKNOWN_MODEL } from '../../src/chats/shown-model.ts'
import type { SpeakerNames } from '../../src/importing/text/find-turns.ts'
import { WhoIsWho } from '../importing/who-is-who.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { FileIcon, PlusIcon } from '../ui/icons.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { say } from '../ui/toasts.tsx'

const LARGEST_FILE = 20 * 1024 * 1024

/** A chat by pasting or writing. What is written stays on the device until it is saved. */
export function NewChatScreen() {
  const { id: userId } = useMe()
  const api = useApi()
  const refresh = useRefresh()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(
    () => (findDraft(userId, 'new-chat') as ChatDraft | undefined) ?? emptyDraft,
  )
  const forgetDraft = useKeptDraft(userId, 'new-chat', isEmptyDraft(draft) ? undefined : draft)
  const [unsentFiles] = useState(createUnsentFiles)
  const [problem, setProblem] = useState<string>()
  const [isDropping, setDropping] = useState(false)
  /** A pasted conversation in which only its owner knows who is who. */
  const [unclear, setUnclear] = useState<Unclear>()
  /** what just happened to the draft, and the way back */
  const [done, setDone] = useState<Done>()
  const list = useRef<HTMLOListElement>(null)
  const chatId = useRef<number>(undefined)
  const fileInput = useRef<HTMLInputElement>(null)
  const wantsFocus = useRef<number>(undefined)
  useEffect(() => {
    if (wantsFocus.current === undefined) return
    list.current?.querySelectorAll('textarea')[wantsFocus.current]?.focus({ preventScroll: true })
    wantsFocus.current = undefined
  })
  const messages = writtenMessages(draft)

  const saving = useMutation({
    mutationFn: async () => {
      // Where adding the messages failed, trying again goes on with the chat that is there.
      chatId.current ??= (
        await api.createChat({
          name: draft.name.trim() || suggestedName(draft) || 'New chat',
          model: draft.model.trim() || UNKNOWN_MODEL,
        })
      ).id
      const id = chatId.current
      await api.addMessages(
        id,
        await unsentFiles.send(messages, async (file) => (await api.addFile(id, file)).markdown),
      )
      return id
    },
    onSuccess: async (id) => {
      setDraft(emptyDraft)
      forgetDraft()
      say('Chat saved. Nobody sees it before you share it.')
      void refresh(keys.chats)
      await navigate({ to: '/chats/$chatId', params: { chatId: String(id) } })
    },
    onError: (error) => setProblem(sentenceOf(error)),
  })

  function save() {
    if (saving.isPending) return
    if (messages.length === 0) return setProblem('Paste or write at least one message first.')
    setProblem(undefined)
    saving.mutate()
  }

  async function takePaste(text: string, key: number, names?: SpeakerNames) {
    const pasted = await splitPaste(text, names)
    setUnclear(pasted && 'speakers' in pasted ? { speakers: pasted.speakers, text, key } : undefined)
    if (!pasted || 'speakers' in pasted || pasted.messages.length < 2) return
    const before = draft
    setDraft((present) => insertPasted(present, key, pasted))
    setDone({
      text: `Split into ${pasted.messages.length} messages.`,
      label: 'Keep as one',
      draft: changeMessage(before, key, { content: text }),
    })
    focusMessage(draft.messages.findIndex((message) => message.key === key))
  }

  /** The field that had the focus may be gone: the one in its place gets it. */
  function focusMessage(index: number) {
    wantsFocus.current = Math.max(0, index)
  }

  function goBackTo(before: ChatDraft) {
    setDraft(before)
    setDone(undefined)
    focusMessage(0)
  }

  async function takeFile(file: File | undefined) {
    if (!file) return
    setProblem(undefined)
    if (file.type.startsWith('image/')) {
      const last = draft.messages.at(-1)
      const mark = await unsentFiles.add(file)
      if (last)
        setDraft((present) =>
          changeMessage(present, last.key, { content: `${last.content.trimEnd()}\n\n${mark}\n`.trimStart() }),
        )
      return
    }
    if (file.size > LARGEST_FILE) {
      return setProblem(
        `${file.name} is larger than 20 MB. Copy the conversation out of it and paste it here.`,
      )
    }
    const text = await file.text()
    const pasted = await splitPaste(text)
    if (pasted && 'speakers' in pasted) {
      const key = draft.messages[0]?.key
      if (key === undefined || draft.messages.length > 1 || !isEmptyDraft(draft))
        return setProblem(
          `${file.name} doesn’t say who wrote which message. Start a new chat with it, or use the import.`,
        )
      setDraft(changeMessage(draft, key, { content: text }))
      return setUnclear({ speakers: pasted.speakers, text, key })
    }
    if (!pasted) {
      return setProblem(
        `No single conversation was found in ${file.name}. Use the import for files with several conversations, and for other formats.`,
      )
    }
    const target = draft.messages.find(({ content }) => content.trim() === '') ?? draft.messages.at(-1)
    const ready = target && target.content.trim() !== '' ? addMessage(draft) : draft
    const key = ready.messages.findLast(({ content }) => content.trim() === '')?.key
    if (key === undefined) return
    setDraft(insertPasted({ ...ready, name: ready.name || stemOf(file.name, pasted.name) }, key, pasted))
    setDone({
      text: `${pasted.messages.length} messages taken from ${file.name}.`,
      label: 'Undo',
      draft,
    })
  }

  const dropping = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      setDropping(true)
    },
    onDragLeave: () => setDropping(false),
    onDrop: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      setDropping(false)
      void takeFile(event.dataTransfer.files[0])
    },
  }

  return (
    <form
      className={`flex flex-col gap-5 rounded-2xl ${isDropping ? 'outline-2 outline-offset-8 outline-accent outline-dashed' : ''}`}
      {...dropping}
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <div>
        <PageTitle>New chat</PageTitle>
        <p className="mt-2 max-w-2xl text-muted">
          Paste a whole conversation and it is split into messages, or write them one by one. For exports with
          many conversations there is{' '}
          <Link to="/import" className="text-accent underline">
            the import
          </Link>
          .
        </p>
      </div>
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <Field
          label="Name"
          value={draft.name}
          maxLength={200}
          placeholder={suggestedName(draft) || 'The first words of the chat'}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
        <Field
          label="Model"
          value={draft.model}
          maxLength={200}
          placeholder="If you know it"
          onChange={(event) => setDraft({ ...draft, model: event.target.value })}
        />
      </div>
      {done && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-2 rounded-xl bg-accent-soft py-1.5 pr-1.5 pl-4 text-sm"
        >
          <span className="min-w-0 flex-1 py-1 [overflow-wrap:anywhere]">{done.text}</span>
          <Button size="small" onClick={() => goBackTo(done.draft)}>
            {done.label}
          </Button>
        </p>
      )}
      <ol ref={list} className="flex flex-col gap-3" aria-label="Messages">
        {draft.messages.map((message, index) => (
          <DraftMessageCard
            key={message.key}
            message={message}
            number={index + 1}
            isOnly={draft.messages.length === 1}
            onChange={(change) => {
              // What could be taken back would take this along.
              setDone(undefined)
              setDraft((present) => changeMessage(present, message.key, change))
            }}
            onPasted={(text) => void takePaste(text, message.key)}
            onFile={unsentFiles.add}
            onRemove={() => setDraft((present) => removeMessage(present, message.key))}
          />
        ))}
      </ol>
      {unclear && (
        <WhoIsWho
          speakers={unclear.speakers}
          onChosen={(names) => void takePaste(unclear.text, unclear.key, names)}
          onKeep={() => setUnclear(undefined)}
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => setDraft(addMessage(draft))}>
          <PlusIcon /> Add message
        </Button>
        <Button look="quiet" onClick={() => fileInput.current?.click()}>
          <FileIcon /> Take from a file
        </Button>
        <input
          ref={fileInput}
          type="file"
          accept=".md,.markdown,.txt,.json,text/*,application/json,image/*"
          className="hidden"
          aria-label="File with a conversation, or a picture"
          onChange={(event) => {
            void takeFile(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        {!isEmptyDraft(draft) && (
          <Button
            look="quiet"
            onClick={() => {
              setDone({ text: 'What you had written is gone.', label: 'Undo', draft })
              setDraft(emptyDraft)
              setUnclear(undefined)
              focusMessage(0)
            }}
          >
            Start over
          </Button>
        )}
      </div>
      <Problem>{problem}</Problem>
      <div className="sticky bottom-0 -mx-4 flex items-center justify-end gap-3 border-t border-line bg-ground/95 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6">
        <p className="mr-auto text-sm text-muted" role="status">
          {messages.length === 1 ? '1 message' : `${messages.length} messages`}
        </p>
        <Button type="submit" look="primary" isBusy={saving.isPending}>
          Save chat
        </Button>
      </div>
    </form>
  )
}

interface Done {
  readonly text: string
  readonly label: string
  /** what the button goes back to */
  readonly draft: ChatDraft
}

interface Unclear {
  readonly speakers: readonly string[]
  readonly text: string
  /** the message that it was pasted into */
  readonly key: number
}

function stemOf(fileName: string, ownName: string | undefined): string {
  return ownName ?? fileName.replace(/\.[^.]+$/, '').slice(0, 200)
}

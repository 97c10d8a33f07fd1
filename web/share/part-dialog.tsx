import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { redact } from '../../src/chats/redact.ts'
import { MAX_LABEL_LENGTH, MAX_REDACTED_TEXTS } from '../../src/sharing/limits.ts'
import { client } from '../client/api.ts'
import { failureOf, keys, scanQuery, useApi, useRefresh } from '../client/queries.ts'
import type { Chat, ChatMessage, Share } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { LoadProblem, Problem, sentenceOf } from '../ui/problem.tsx'
import { Loading } from '../ui/spinner.tsx'
import { say } from '../ui/toasts.tsx'
import { createSelection, textsOf } from './secrets/redact-link.ts'

interface PartDialogProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** the link whose part is chosen anew; undefined makes one */
  readonly share?: Share
  readonly onClose: () => void
  /** called with the link that shows the part now */
  readonly onPublished: (share: Share) => void
}

/** Chooses messages of a chat and what to hide in them, shows the result, and publishes it as a snapshot. */
export function PartDialog(props: PartDialogProps) {
  const { chat, share, onClose } = props
  const api = useApi()
  const messages = useQuery({ queryKey: keys.messages(chat.id), queryFn: () => api.messages(chat.id) })
  const shown = useQuery({
    queryKey: [...keys.shares, 'shown', share?.id],
    queryFn: async () =>
      share?.is_selection ? (await client.sharedChat(share.uuid).read()).chatMessages : [],
    staleTime: 0,
    gcTime: 0,
  })
  // What can't be looked through is chosen from all the same.
  const scan = useQuery(scanQuery(api, chat.id))
  const failure = failureOf(messages, shown)
  return (
    <Dialog isOpen onClose={onClose} title={`Share a part of “${chat.name}”`} width="sm:max-w-2xl" keepsOpen>
      {failure ? (
        <DialogBody>
          <LoadProblem what="The chat" {...failure} />
        </DialogBody>
      ) : messages.data && shown.data && !scan.isPending ? (
        <PartForm
          {...props}
          messages={messages.data}
          shown={shown.data}
          secrets={textsOf(
            (scan.data?.findings ?? []).filter(({ kind }) => kind === 'secret'),
            chat,
            messages.data,
          )}
        />
      ) : (
        <Loading what="the chat" />
      )}
    </Dialog>
  )
}

interface PartFormProps extends PartDialogProps {
  readonly messages: readonly ChatMessage[]
  /** what the link shows so far */
  readonly shown: readonly { readonly id: number; readonly content: string }[]
  /** that were found in the chat: hidden unless the owner wants them shown */
  readonly secrets: readonly string[]
}

function PartForm({ chat, share, messages, shown, secrets, onClose, onPublished }: PartFormProps) {
  const api = useApi()
  const refresh = useRefresh()
  const redactId = useId()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(shown.map(({ id }) => id)))
  const [last, setLast] = useState<number>()
  const [label, setLabel] = useState('')
  const [hidden, setHidden] = useState(secrets.join('\n'))
  const [isResult, setResult] = useState(false)
  const texts = linesOf(hidden)
  const wasRedacted = shown.some(({ content }) => content.includes('[redacted]'))

  const publishing = useMutation({
    mutationFn: async () => {
      const choice = {
        message_ids: messages.flatMap(({ id }) => (chosen.has(id) ? [id] : [])),
        ...(texts.length === 0 ? {} : { redact: texts }),
      }
      if (share) return api.updateSnapshot(share, choice)
      return createSelection(api, chat.id, { label: label.trim(), is_protected: true }, choice)
    },
    onSuccess: async (published) => {
      await refresh(keys.shares)
      say(share ? 'Updated: readers see this part now' : 'The link shows this part, for you alone so far')
      onPublished(published)
    },
  })
  const problem = problemOf(chosen.size, share ? undefined : label, texts.length)

  /** With Shift, all from the one that was chosen last. */
  function choose(index: number, isRange: boolean) {
    const message = messages[index]
    if (!message) return
    const wanted = new Set(chosen)
    if (isRange && last !== undefined) {
      const [from, to] = [Math.min(last, index), Math.max(last, index)]
      for (const { id } of messages.slice(from, to + 1)) wanted.add(id)
    } else if (!wanted.delete(message.id)) wanted.add(message.id)
    setChosen(wanted)
    setLast(index)
  }

  return (
    <>
      <DialogBody>
        {!share && (
          <Field
            label="Label, which only you see"
            placeholder="The answer about moons"
            maxLength={MAX_LABEL_LENGTH}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
        )}
        {isResult ? (
          <Result
            chat={chat}
            messages={messages.filter(({ id }) => chosen.has(id))}
            texts={texts}
            found={linesOf(secrets.join('\n'))}
          />
        ) : (
          <>
            <fieldset className="flex flex-col gap-2">
              <legend className="mb-1.5 text-sm font-medium">
                Messages ({chosen.size} of {messages.length} chosen; with Shift, all in between)
              </legend>
              <Range
                count={messages.length}
                onChoose={(from, to) => setChosen(idsBetween(messages, from, to))}
              />
              <ol className="max-h-72 overflow-y-auto rounded-xl border border-line">
                {messages.map((message, index) => (
                  <li key={message.id} className="border-b border-line last:border-b-0">
                    <label className="flex cursor-pointer items-start gap-3 px-3 py-2 text-sm has-checked:bg-accent-soft">
                      <input
                        type="checkbox"
                        className="mt-0.5 size-4.5 shrink-0 accent-accent-solid"
                        checked={chosen.has(message.id)}
                        onClick={(event) => choose(index, event.shiftKey)}
                        onChange={() => undefined}
                      />
                      <span className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">
                        <span className="font-medium">
                          {index + 1}. {message.role === 'user' ? 'User' : 'Assistant'}:
                        </span>{' '}
                        {message.content.slice(0, EXCERPT)}
                      </span>
                    </label>
                  </li>
                ))}
              </ol>
            </fieldset>
            <div className="flex flex-col gap-1.5">
              <label htmlFor={redactId} className="text-sm font-medium">
                Hide these texts, one on each line
              </label>
              <textarea
                id={redactId}
                className="field min-h-20 font-mono text-sm"
                spellCheck={false}
                aria-describedby={`${redactId}-hint`}
                value={hidden}
                onChange={(event) => setHidden(event.target.value)}
              />
              <p id={`${redactId}-hint`} className="text-sm text-muted">
                Each is replaced by [redacted] wherever it stands, also in the name, in upper and lower case
                as you write it. They are kept nowhere
                {secrets.length > 0 && '; secrets that were found stand here already'}
                {wasRedacted ? ': write again what this link has hidden so far, or it will be shown.' : '.'}
              </p>
            </div>
          </>
        )}
      </DialogBody>
      <DialogFooter>
        {publishing.error && (
          <div className="basis-full">
            <Problem>{sentenceOf(publishing.error)}</Problem>
          </div>
        )}
        <p role="status" className="basis-full text-sm text-muted">
          {problem ?? 'Only what you see in the result will be in the link; the chat stays as it is.'}
        </p>
        <Button look="quiet" onClick={isResult ? () => setResult(false) : onClose}>
          {isResult ? 'Back' : 'Cancel'}
        </Button>
        <Button
          look="primary"
          disabled={problem !== undefined}
          isBusy={publishing.isPending}
          onClick={() => (isResult ? publishing.mutate() : setResult(true))}
        >
          {isResult ? (share ? 'Update the link' : 'Make the link') : 'See the result'}
        </Button>
      </DialogFooter>
    </>
  )
}

const EXCERPT = 200

function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
}

function problemOf(chosen: number, label: string | undefined, texts: number): string | undefined {
  if (label?.trim() === '') return 'Give the link a label.'
  if (chosen === 0) return 'Choose at least one message.'
  return texts > MAX_REDACTED_TEXTS ? `At most ${MAX_REDACTED_TEXTS} texts can be hidden.` : undefined
}

function idsBetween(messages: readonly ChatMessage[], from: number, to: number): Set<number> {
  return new Set(messages.slice(Math.min(from, to) - 1, Math.max(from, to)).map(({ id }) => id))
}

interface RangeProps {
  readonly count: number
  readonly onChoose: (from: number, to: number) => void
}

/** From here to there. */
function Range({ count, onChoose }: RangeProps) {
  const [from, setFrom] = useState(1)
  const [to, setTo] = useState(count)
  const field = (name: string, value: number, set: (value: number) => void) => (
    <label className="flex items-center gap-2">
      {name}
      <input
        type="number"
        className="field w-24!"
        min={1}
        max={count}
        value={value}
        onChange={({ target: { valueAsNumber: number } }) =>
          set(Math.min(count, Math.max(1, Math.trunc(number) || 1)))
        }
      />
    </label>
  )
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      {field('From', from, setFrom)}
      {field('to', to, setTo)}
      <Button size="small" onClick={() => onChoose(from, to)}>
        Choose these
      </Button>
    </div>
  )
}

interface ResultProps {
  readonly chat: Pick<Chat, 'name'>
  readonly messages: readonly ChatMessage[]
  readonly texts: readonly string[]
  /** of these, those that weren't typed: they may stand in what isn't chosen */
  readonly found: readonly string[]
}

/** What readers will see, and which texts are written otherwise there, so that nothing is hidden by them. */
function Result({ chat, messages, texts, found }: ResultProps) {
  const all = [chat.name, ...messages.map(({ content }) => content)]
  const typed = texts.filter((text) => !found.includes(text))
  const missing = typed.filter((text) => all.every((one) => redact(one, [text]) === one))
  return (
    <section aria-label="The result" className="flex flex-col gap-3">
      {missing.length > 0 && (
        <div role="status" className="rounded-xl bg-warn-soft p-3 text-sm text-warn">
          <p>
            {missing.length === 1 ? 'This text stands' : 'These texts stand'} nowhere in this part, so nothing
            is replaced for {missing.length === 1 ? 'it' : 'them'}. Look whether it is written otherwise:
          </p>
          <ul className="mt-1 font-mono">
            {missing.map((text) => (
              <li key={text} className="[overflow-wrap:anywhere]">
                {text}
              </li>
            ))}
          </ul>
        </div>
      )}
      <h3 className="font-medium [overflow-wrap:anywhere]">{redact(chat.name, texts)}</h3>
      <ol className="flex flex-col gap-3">
        {messages.map((message) => (
          <li key={message.id} className="rounded-xl border border-line p-3 text-sm">
            <p className="font-medium">{message.role === 'user' ? 'User' : 'Assistant'}</p>
            <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
              {redact(message.content, texts)}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}

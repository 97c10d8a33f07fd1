import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../../client/queries.ts'
import type { Chat, Finding } from '../../../src/client/types.ts'
import { Button } from '../../ui/button.tsx'
import { DialogBody, DialogFooter } from '../../ui/dialog.tsx'
import { Problem, sentenceOf } from '../../ui/problem.tsx'
import { say } from '../../ui/toasts.tsx'
import { keyOf, redactChat } from './redact-chat.ts'
import { sentenceAbout } from './sentence-about.ts'

interface FoundSecretsProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** at least one */
  readonly findings: readonly Finding[]
  readonly isComplete: boolean
  readonly isOpenToOthers: boolean
  readonly onClose: () => void
  /** on to the link, whatever is left in the chat */
  readonly onDone: () => void
}

/** What was found in a chat, masked, with the messages to go to; to be redacted, or shared all the same. */
export function FoundSecrets(props: FoundSecretsProps) {
  const { chat, findings, isComplete, isOpenToOthers, onClose, onDone } = props
  const api = useApi()
  const refresh = useRefresh()
  const messages = useQuery({ queryKey: keys.messages(chat.id), queryFn: () => api.messages(chat.id) })
  const secrets = findings.filter(({ kind }) => kind === 'secret')
  const traces = findings.filter(({ kind }) => kind === 'trace')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(secrets.map(keyOf)))
  const toRedact = findings.filter((finding) => chosen.has(keyOf(finding)))

  const redacting = useMutation({
    mutationFn: () => redactChat(api, chat, toRedact),
    onSuccess: async (count) => {
      await refresh(keys.scan(chat.id), keys.messages(chat.id), keys.chat(chat.id), keys.chats)
      say(count === 1 ? 'Redacted one place in the chat' : `Redacted ${count} places in the chat`)
      onDone()
    },
    // Some may be done already.
    onError: () => refresh(keys.scan(chat.id), keys.messages(chat.id)),
  })

  const list = (shown: readonly Finding[], name: string) => (
    <ul aria-label={name} className="flex flex-col gap-2">
      {shown.map((finding) => (
        <FoundPlace
          key={keyOf(finding)}
          chatId={chat.id}
          finding={finding}
          number={numberIn(messages.data, finding)}
          isChosen={chosen.has(keyOf(finding))}
          onChoose={(isChosen) => {
            const others = [...chosen].filter((key) => key !== keyOf(finding))
            setChosen(new Set(isChosen ? [...others, keyOf(finding)] : others))
          }}
          onClose={onClose}
        />
      ))}
    </ul>
  )

  return (
    <>
      <DialogBody>
        <div className="flex flex-col gap-1.5">
          <h3 className="font-semibold">{sentenceAbout(findings)}</h3>
          <p className="text-sm text-muted">
            {isOpenToOthers
              ? 'Whoever can open the link can read this.'
              : 'Whoever opens a link to it could read this. Nobody else can yet.'}{' '}
            What you redact is replaced by [redacted] in the chat itself, for good.
            {!isComplete && ' There is more than is listed here.'}
          </p>
        </div>
        {secrets.length > 0 && list(secrets, 'Secrets')}
        {traces.length > 0 && secrets.length === 0 && list(traces, 'Who and where')}
        {traces.length > 0 && secrets.length > 0 && (
          <details className="text-sm">
            <summary className="min-h-9 py-1.5 font-medium">
              {traces.length === 1
                ? 'One place tells who or where somebody is'
                : `${traces.length} places tell who or where somebody is`}
            </summary>
            <div className="pt-2">{list(traces, 'Who and where')}</div>
          </details>
        )}
      </DialogBody>
      <DialogFooter>
        {redacting.isError && (
          <div className="basis-full">
            <Problem>{sentenceOf(redacting.error)}</Problem>
          </div>
        )}
        <Button look="quiet" onClick={onDone}>
          {isOpenToOthers || secrets.length === 0 ? 'Back to the link' : 'Share all the same'}
        </Button>
        <Button
          look="primary"
          disabled={toRedact.length === 0}
          isBusy={redacting.isPending}
          onClick={() => redacting.mutate()}
        >
          {toRedact.length === 1 ? 'Redact one place' : `Redact ${toRedact.length} places`}
        </Button>
      </DialogFooter>
    </>
  )
}

/** More than a closing dialog takes. */
const SETTLED_MS = 200
const SCROLLS = 10
const OWN_SCROLLING = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

interface FoundPlaceProps {
  readonly chatId: number
  readonly finding: Finding
  /** of the message, from 1 on; undefined: it stands in the name, or the messages aren't there yet */
  readonly number: number | undefined
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
  readonly onClose: () => void
}

function FoundPlace({ chatId, finding, number, isChosen, onChoose, onClose }: FoundPlaceProps) {
  return (
    <li className="flex items-start gap-3 rounded-xl border border-line bg-surface px-3.5 py-2.5 text-sm">
      <label className="flex min-w-0 flex-1 cursor-pointer items-start gap-3">
        <input
          type="checkbox"
          className="mt-0.5 size-4.5 shrink-0 accent-accent-solid"
          checked={isChosen}
          onChange={(event) => onChoose(event.target.checked)}
        />
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="font-medium">{finding.label}</span>
          <code className="text-[0.8125rem] [overflow-wrap:anywhere] text-muted">{finding.excerpt}</code>
        </span>
      </label>
      {finding.message_id === null ? (
        <span className="shrink-0 text-muted">in the name</span>
      ) : (
        number !== undefined && (
          <Link
            to="/chats/$chatId"
            params={{ chatId: String(chatId) }}
            hash={`message-${number}`}
            className="shrink-0 text-accent underline"
            onClick={() => {
              onClose()
              bringIntoView(`#message-${number}`)
            }}
          >
            Message {number}
          </Link>
        )
      )}
    </li>
  )
}

/**
 * Scrolls to a message after the dialog has given the page its place and its focus back, and again while the messages
 * above it are rendered and grow; whoever scrolls themselves is left alone.
 */
function bringIntoView(selector: string): void {
  let left = SCROLLS
  const stop = (): void => {
    clearInterval(timer)
    for (const type of OWN_SCROLLING) removeEventListener(type, stop)
  }
  const timer = setInterval(() => {
    document.querySelector(selector)?.scrollIntoView()
    left -= 1
    if (left === 0) stop()
  }, SETTLED_MS)
  for (const type of OWN_SCROLLING) addEventListener(type, stop)
}

function numberIn(
  messages: readonly { readonly id: number }[] | undefined,
  finding: Finding,
): number | undefined {
  const index = messages?.findIndex(({ id }) => id === finding.message_id) ?? -1
  return index === -1 ? undefined : index + 1
}

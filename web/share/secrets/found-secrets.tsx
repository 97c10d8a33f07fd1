import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../../client/queries.ts'
import { MAX_REDACTED_TEXTS } from '../../../src/sharing/limits.ts'
import type { Chat, Finding, Share } from '../../../src/client/types.ts'
import { Button } from '../../ui/button.tsx'
import { DialogBody, DialogFooter } from '../../ui/dialog.tsx'
import { Problem, sentenceOf } from '../../ui/problem.tsx'
import { say } from '../../ui/toasts.tsx'
import { FoundPlace } from './found-place.tsx'
import { keyOf } from './key-of.ts'
import { redactChat } from './redact-chat.ts'
import { chosenTexts } from './redact-link.ts'
import { sentenceAbout } from './sentence-about.ts'

interface FoundSecretsProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** the link that is looked at; undefined for one that is to be made */
  readonly share: Share | undefined
  /** at least one */
  readonly findings: readonly Finding[]
  readonly isComplete: boolean
  readonly isOpenToOthers: boolean
  readonly onClose: () => void
  /** on to the link, which is to hide these texts; whatever is left in the chat */
  readonly onDone: (redacted: readonly string[]) => void
}

/** What was found in a chat, masked, with the messages to go to; to be redacted in the link or the chat, or shared all the same. */
export function FoundSecrets(props: FoundSecretsProps) {
  const { chat, share, findings, isComplete, isOpenToOthers, onClose, onDone } = props
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
      onDone([])
    },
    // Some may be done already.
    onError: () => refresh(keys.scan(chat.id), keys.messages(chat.id)),
  })
  const redactingLink = useMutation({
    mutationFn: async () => {
      const redact = await chosenTexts(api, chat, toRedact)
      if (redact.length > MAX_REDACTED_TEXTS) {
        throw new Error(`A link hides at most ${MAX_REDACTED_TEXTS} texts. Redact these in the chat.`)
      }
      if (share) await api.updateSnapshot(share, { redact })
      return redact
    },
    onSuccess: async (redact) => {
      if (share) await refresh(keys.shares)
      if (share) say('Redacted: the link shows the chat as it is now, without that')
      onDone(share ? [] : redact)
    },
  })
  // A part that was chosen before would be lost, and what it hid be shown: that is done where the part is chosen.
  const canRedactLink = share?.is_selection !== true
  const error = redacting.error ?? redactingLink.error

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
            What you redact is replaced by [redacted]
            {canRedactLink
              ? ': in this link, which then shows the chat as it is now, or in the chat itself, for good.'
              : ' in the chat itself, for good. This link shows a part of the chat, as you chose it.'}
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
        {error && (
          <div className="basis-full">
            <Problem>{sentenceOf(error)}</Problem>
          </div>
        )}
        <p role="status" className="basis-full text-sm text-muted">
          {toRedact.length === 1 ? 'One place is chosen.' : `${toRedact.length} places are chosen.`}
        </p>
        <Button look="quiet" onClick={() => onDone([])}>
          {isOpenToOthers || secrets.length === 0 ? 'Back to the link' : 'Share all the same'}
        </Button>
        <Button
          look={canRedactLink ? 'secondary' : 'primary'}
          disabled={toRedact.length === 0 || redactingLink.isPending}
          isBusy={redacting.isPending}
          onClick={() => redacting.mutate()}
        >
          Redact in the chat
        </Button>
        {canRedactLink && (
          <Button
            look="primary"
            disabled={toRedact.length === 0 || redacting.isPending}
            isBusy={redactingLink.isPending}
            onClick={() => redactingLink.mutate()}
          >
            Redact in this link
          </Button>
        )}
      </DialogFooter>
    </>
  )
}

function numberIn(
  messages: readonly { readonly id: number }[] | undefined,
  finding: Finding,
): number | undefined {
  const index = messages?.findIndex(({ id }) => id === finding.message_id) ?? -1
  return index === -1 ? undefined : index + 1
}

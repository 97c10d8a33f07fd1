import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { scanQuery, useApi } from '../../client/queries.ts'
import type { Chat, Share } from '../../../src/client/types.ts'
import { Button } from '../../ui/button.tsx'
import { DialogBody } from '../../ui/dialog.tsx'
import { Problem, sentenceOf } from '../../ui/problem.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { FoundSecrets } from './found-secrets.tsx'
import { sentenceAbout } from './sentence-about.ts'

interface SecretsFirstProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  readonly share: Share | undefined
  readonly onClose: () => void
  /** the form that makes a link, given the texts that it is to hide */
  readonly children: (redacted: readonly string[]) => ReactNode
}

/**
 * Looks for secrets in a chat, and shows them before anybody else can open a link to it. Where others can already,
 * nothing stands between the owner and what closes it.
 */
export function SecretsFirst({ chat, share, onClose, children }: SecretsFirstProps) {
  const api = useApi()
  const isOpenToOthers = share !== undefined && reachesOthers(share)
  const scan = useQuery({
    ...scanQuery(api, chat.id),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  // Undefined until the person has said what they want to see.
  const [isLooking, setLooking] = useState<boolean>()
  const [wasOpen] = useState(isOpenToOthers)
  // What the link that is to be made hides; kept here alone.
  const [redacted, setRedacted] = useState<readonly string[]>([])
  const findings = scan.data?.findings ?? []
  const secrets = findings.filter(({ kind }) => kind === 'secret')
  const looks = findings.length > 0 && (isLooking ?? (secrets.length > 0 && !wasOpen))

  const hidden = redacted.length
  const isWarning = secrets.length > 0 && share?.is_selection !== true && (share || hidden === 0)

  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // What had the focus is gone.
    if (isLooking !== undefined) place.current?.focus()
  }, [isLooking])

  if (scan.isPending && !wasOpen) {
    return (
      <DialogBody>
        <p role="status" className="flex items-center justify-center gap-3 py-10 text-muted">
          <Spinner /> Looking for secrets in the chat…
        </p>
      </DialogBody>
    )
  }
  return (
    <div ref={place} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none low:flex-none">
      {looks ? (
        <FoundSecrets
          chat={chat}
          share={share}
          findings={findings}
          isComplete={scan.data?.is_complete ?? true}
          isOpenToOthers={isOpenToOthers}
          onClose={onClose}
          onDone={(texts) => {
            setRedacted(texts)
            setLooking(false)
          }}
        />
      ) : (
        <>
          {scan.isError && (
            <div className="px-5 pt-4 sm:px-6">
              <Problem>{`The chat couldn’t be looked through for secrets. ${sentenceOf(scan.error)}`}</Problem>
            </div>
          )}
          {findings.length > 0 && (
            <div
              className={`flex items-center gap-3 border-b border-line px-5 py-1.5 text-sm sm:px-6 ${isWarning ? 'bg-warn-soft text-warn' : 'text-muted'}`}
            >
              <p className="min-w-0 flex-1">
                {hidden > 0 && !share
                  ? `${hidden === 1 ? 'One text' : `${hidden} texts`} will be [redacted] in this link; the chat stays as it is.`
                  : `${sentenceAbout(findings)}${share?.is_selection ? ' This link shows what you chose of it.' : ''}`}
              </p>
              <Button look="quiet" size="small" onClick={() => setLooking(true)}>
                Show
              </Button>
            </div>
          )}
          {children(share ? [] : redacted)}
        </>
      )}
    </div>
  )
}

/** Whether somebody besides the owner could open it, as it is set. */
function reachesOthers(share: Share): boolean {
  if (!share.is_shared) return false
  return !share.is_protected || share.has_password || share.whitelist_count > 0
}

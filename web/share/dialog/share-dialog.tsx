import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { failureOf, useSharesOf, useWhitelist } from '../../client/queries.ts'
import type { Chat } from '../../../src/client/types.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog, DialogBody } from '../../ui/dialog.tsx'
import { LoadProblem } from '../../ui/problem.tsx'
import { Loading } from '../../ui/spinner.tsx'
import { SecretsFirst } from '../secrets/secrets-first.tsx'
import { type LinkChoice, NEW_LINK } from './link-chooser.tsx'
import { ShareForm } from './share-form.tsx'

interface ShareDialogProps {
  readonly chat: Pick<Chat, 'id' | 'name'>
  /** the link to begin with; undefined for the main one */
  readonly shareId?: number
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Decides who may see a chat. From a chat, the common case is two clicks: Share, Create and copy. */
export function ShareDialog({ chat, shareId, isOpen, onClose }: ShareDialogProps) {
  const [isUnsaved, setUnsaved] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  // The way back, another address or closing the tab leave it too. What it holds is kept nowhere: it may be a password.
  const blocked = useBlocker({
    shouldBlockFn: () => isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  })
  const isBlocked = blocked.status === 'blocked'
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => (isUnsaved ? setLeaving(true) : onClose())}
      title={`Share “${chat.name}”`}
      width="sm:max-w-xl"
      keepsOpen
    >
      {isOpen && (
        <Loaded
          chat={chat}
          {...(shareId === undefined ? {} : { shareId })}
          isUnsaved={isUnsaved}
          onClose={onClose}
          onUnsaved={setUnsaved}
        />
      )}
      <ConfirmDialog
        isOpen={isLeaving || isBlocked}
        title="Leave without saving?"
        confirm="Leave"
        onClose={() => {
          setLeaving(false)
          blocked.reset?.()
        }}
        onConfirm={async () => {
          if (isBlocked) blocked.proceed()
          else onClose()
        }}
      >
        <p>What you have set here isn’t saved yet.</p>
      </ConfirmDialog>
    </Dialog>
  )
}

interface LoadedProps extends Pick<ShareDialogProps, 'chat' | 'shareId' | 'onClose'> {
  readonly isUnsaved: boolean
  readonly onUnsaved: (isUnsaved: boolean) => void
}

function Loaded({ chat, shareId, isUnsaved, onClose, onUnsaved }: LoadedProps) {
  const shares = useSharesOf([chat.id])
  // Undefined until one is chosen: then the main link, or the first that there is.
  const [chosen, setChosen] = useState<LinkChoice | undefined>(shareId)
  const [form, setForm] = useState(0)
  const links = shares.data ?? []
  const share = chosen === NEW_LINK ? undefined : (links.find(({ id }) => id === chosen) ?? links[0])
  const whitelist = useWhitelist(share)
  const failure = failureOf(shares, whitelist)
  if (failure) {
    return (
      <DialogBody>
        <LoadProblem what="The link" {...failure} />
      </DialogBody>
    )
  }
  if (!shares.data || !whitelist.data) {
    // As high as what comes, about: a dialog that jumps is clicked at the wrong place.
    return (
      <div className="flex min-h-[min(34rem,70vh)] items-center justify-center">
        <Loading what="the link" />
      </div>
    )
  }
  const emails = whitelist.data.map(({ email }) => email)
  return (
    <SecretsFirst chat={chat} share={share} onClose={onClose}>
      {(redacted) => (
        <ShareForm
          // Another link has a form of its own; the one that is made just now keeps its, and the focus in it.
          key={form}
          chat={chat}
          links={links}
          share={share}
          emails={emails}
          redacted={redacted}
          isUnsaved={isUnsaved}
          onClose={onClose}
          onUnsaved={onUnsaved}
          onChoose={(link) => {
            setChosen(link)
            setForm(form + 1)
          }}
          onCreated={setChosen}
        />
      )}
    </SecretsFirst>
  )
}

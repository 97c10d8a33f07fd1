import { useOfferLinksBack } from '../../client/deletions.ts'
import { useApi } from '../../client/queries.ts'
import type { Share } from '../../../src/client/types.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { say } from '../../ui/toasts.tsx'
import { opensToAll, type ShareDraft, showsMore } from '../draft/share-draft.ts'

/** What is asked about a link before it is done. */
export type LinkQuestion = 'opening' | 'rotating' | 'deleting'

interface OpeningQuestionProps {
  readonly isOpen: boolean
  readonly share: Share | undefined
  readonly saved: ShareDraft
  readonly draft: ShareDraft
  readonly onClose: () => void
  readonly onSave: () => Promise<unknown>
}

/** Before others see what they couldn't so far. */
export function OpeningQuestion({ isOpen, share, saved, draft, onClose, onSave }: OpeningQuestionProps) {
  const isOpening = opensToAll(share, draft)
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={isOpening ? 'Open this chat to everyone with the link?' : 'Show the whole chat?'}
      confirm={isOpening ? 'Open it' : 'Show it'}
      onClose={onClose}
      onConfirm={async () => {
        await onSave()
        say(isOpening ? 'Saved: anyone with the link can read it now' : 'Saved')
      }}
    >
      {isOpening && (
        <p>
          Until now it was private. Anyone who has the link, or gets it from somebody, will be able to read
          it.
        </p>
      )}
      {showsMore(share, draft) && (
        <p>Until now the link showed a part of the chat. It will show all of it, also what you had hidden.</p>
      )}
      {(saved.password.kind === 'kept' || saved.emails.length > 0) && (
        <p>{lossesOf(saved)} will be removed.</p>
      )}
    </ConfirmDialog>
  )
}

interface LinkQuestionsProps {
  readonly share: Share
  readonly asked: LinkQuestion | undefined
  readonly onClose: () => void
  /** something about the link is another now */
  readonly onChanged: () => Promise<void>
  readonly onDeleted: () => void
}

/** Before a link stops working. */
export function LinkQuestions({ share, asked, onClose, onChanged, onDeleted }: LinkQuestionsProps) {
  const api = useApi()
  const offerBack = useOfferLinksBack()
  return (
    <>
      <ConfirmDialog
        isOpen={asked === 'rotating'}
        title="Make a new link?"
        confirm="Make a new link"
        onClose={onClose}
        onConfirm={async () => {
          await api.rotateShare(share)
          await onChanged()
          say('New link made; the old one no longer works')
        }}
      >
        <p>The link that people have now stops working at once. Who may see the chat doesn’t change.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === 'deleting'}
        title="Delete this link?"
        confirm="Delete link"
        onClose={onClose}
        onConfirm={async () => {
          await api.deleteShare(share, { undo: true })
          await onChanged()
          onDeleted()
          offerBack([share])
        }}
      >
        <p>
          It stops working at once, and its password, list and counted views are gone. The chat itself stays.
          For a moment you can undo it.
        </p>
      </ConfirmDialog>
    </>
  )
}

function lossesOf(saved: ShareDraft): string {
  const list =
    saved.emails.length === 1 ? 'the person on its list' : `the list of ${saved.emails.length} people`
  if (saved.emails.length === 0) return 'Its password'
  return saved.password.kind === 'kept'
    ? `Its password and ${list}`
    : list.charAt(0).toUpperCase() + list.slice(1)
}

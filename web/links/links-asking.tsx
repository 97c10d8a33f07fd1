import type { Chat, ListedShare } from '../../src/client/types.ts'
import { LazyShareDialog } from '../share/dialog/lazy-share-dialog.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { useChangeLinks } from './use-change-links.ts'

/** What is asked about links. */
export type LinkAsking =
  | { readonly kind: 'settings'; readonly link: ListedShare }
  | { readonly kind: 'rotate' | 'delete'; readonly links: readonly ListedShare[] }

interface LinksAskingProps {
  readonly asking: LinkAsking
  readonly change: ReturnType<typeof useChangeLinks>
  readonly onClose: () => void
}

/** The dialog of what is asked: a link's settings, or whether some are to stop working. */
export function LinksAsking({ asking, change, onClose }: LinksAskingProps) {
  return (
    <>
      {asking.kind === 'settings' && (
        <LazyShareDialog chat={chatOf(asking.link)} shareId={asking.link.id} isOpen onClose={onClose} />
      )}
      {asking.kind === 'rotate' && (
        <ConfirmDialog
          isOpen
          title={asking.links.length === 1 ? 'Make a new link?' : `Make ${asking.links.length} new links?`}
          confirm={asking.links.length === 1 ? 'Make a new link' : 'Make new links'}
          onClose={onClose}
          onConfirm={async () => {
            await change.rotate(asking.links)
          }}
        >
          <p>What people have now stops working at once. Who may see the chats doesn’t change.</p>
        </ConfirmDialog>
      )}
      {asking.kind === 'delete' && (
        <ConfirmDialog
          isOpen
          title={asking.links.length === 1 ? 'Delete this link?' : `Delete ${asking.links.length} links?`}
          confirm={asking.links.length === 1 ? 'Delete link' : `Delete ${asking.links.length} links`}
          onClose={onClose}
          onConfirm={async () => {
            await change.remove(asking.links)
          }}
        >
          <p>
            {asking.links.length === 1 ? 'It stops' : 'They stop'} working at once, and passwords, lists and
            counted views are gone. The chats themselves stay. For a moment you can undo it.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

function chatOf({ chat_conversation_id: id, chat_name: name = '' }: ListedShare): Pick<Chat, 'id' | 'name'> {
  return { id, name }
}

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useMe, useRefresh } from '../client/queries.ts'
import type { Chat } from '../../src/client/types.ts'
import { findDraft, useKeptDraft } from '../compose/kept-drafts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { say } from '../ui/toasts.tsx'

export function RenameDialog({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const api = useApi()
  const refresh = useRefresh()
  const { id: userId } = useMe()
  const place = `chat-${chat.id} name`
  const [begun] = useState(() => findDraft(userId, place) as string | undefined)
  const [name, setName] = useState(begun ?? chat.name)
  const forgetDraft = useKeptDraft(userId, place, name === chat.name ? undefined : name)
  const isBlank = name.trim() === ''
  const renaming = useMutation({
    mutationFn: () => api.renameChat(chat.id, name.trim()),
    onSuccess: async () => {
      forgetDraft()
      await refresh(keys.chats, keys.chat(chat.id))
      say('Chat renamed')
      onClose()
    },
  })

  // Who closes it gives the name up; who leaves the page finds it here again.
  function close() {
    forgetDraft()
    onClose()
  }

  return (
    <Dialog isOpen onClose={close} title="Rename chat" width="sm:max-w-md" keepsOpen={name !== chat.name}>
      <form
        className="contents"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isBlank && !renaming.isPending) renaming.mutate()
        }}
      >
        <DialogBody>
          <Field
            label="Name"
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
            hint={begun === undefined ? undefined : 'You started to change it. It isn’t saved yet.'}
            problem={isBlank ? 'A chat needs a name.' : renaming.error?.message}
          />
        </DialogBody>
        <DialogFooter>
          <Button look="quiet" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isBusy={renaming.isPending} disabled={isBlank}>
            Rename
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}

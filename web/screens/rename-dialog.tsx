import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { Chat } from '../client/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { say } from '../ui/toasts.tsx'

export function RenameDialog({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const api = useApi()
  const refresh = useRefresh()
  const [name, setName] = useState(chat.name)
  const isBlank = name.trim() === ''
  const renaming = useMutation({
    mutationFn: () => api.renameChat(chat.id, name.trim()),
    onSuccess: async () => {
      await refresh(keys.chats, keys.chat(chat.id))
      say('Chat renamed')
      onClose()
    },
  })
  return (
    <Dialog isOpen onClose={onClose} title="Rename chat" width="sm:max-w-md">
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
            problem={isBlank ? 'A chat needs a name.' : renaming.error?.message}
          />
        </DialogBody>
        <DialogFooter>
          <Button look="quiet" onClick={onClose}>
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

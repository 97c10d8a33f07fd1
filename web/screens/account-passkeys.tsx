import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys, useApi, useRefresh } from '../client/queries.ts'
import type { Passkey } from '../../src/client/types.ts'
import { hasPasskeys, makePasskey } from '../session/passkeys.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { relativeTime } from '../ui/times.ts'
import { say } from '../ui/toasts.tsx'

/** Passkeys: added, named, removed. */
export function PasskeysSection() {
  const api = useApi()
  const refresh = useRefresh()
  const [removing, setRemoving] = useState<Passkey>()
  const passkeys = useQuery({ queryKey: keys.passkeys, queryFn: api.passkeys, staleTime: 0 })
  const changed = () => refresh(keys.passkeys, keys.events)
  return (
    <Section title="Passkeys">
      <p className="mb-4 text-muted">
        Sign in with your finger, face or device PIN instead of a password. A passkey can’t be guessed, and
        works on this site alone.
      </p>
      <Problem>{passkeys.error ? sentenceOf(passkeys.error) : undefined}</Problem>
      {passkeys.data && passkeys.data.length > 0 && (
        <ul className="mb-5 flex flex-col divide-y divide-line">
          {passkeys.data.map((passkey) => (
            <PasskeyItem
              key={passkey.id}
              passkey={passkey}
              onRemove={() => setRemoving(passkey)}
              onRenamed={changed}
            />
          ))}
        </ul>
      )}
      {hasPasskeys() ? (
        <NewPasskey onAdded={changed} />
      ) : (
        <p className="text-sm text-muted">
          This browser makes none here: passkeys need https and a name such as share.example.com, or
          localhost.
        </p>
      )}
      <ConfirmDialog
        isOpen={removing !== undefined}
        title={`Remove “${removing?.name ?? ''}”?`}
        confirm="Remove"
        onClose={() => setRemoving(undefined)}
        onConfirm={async () => {
          if (!removing) return
          await api.removePasskey(removing.id)
          say('Passkey removed')
          await changed()
        }}
      >
        <p>It signs nobody in any more. Devices that are signed in stay so.</p>
      </ConfirmDialog>
    </Section>
  )
}

interface PasskeyItemProps {
  readonly passkey: Passkey
  readonly onRemove: () => void
  readonly onRenamed: () => Promise<void>
}

function PasskeyItem({ passkey, onRemove, onRenamed }: PasskeyItemProps) {
  const api = useApi()
  const [name, setName] = useState<string>()
  const renaming = useMutation({
    mutationFn: (wanted: string) => api.renamePasskey(passkey.id, wanted),
    onSuccess: async () => {
      await onRenamed()
      setName(undefined)
    },
  })
  const now = Date.now()
  if (name !== undefined) {
    return (
      <li className="py-3">
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (!renaming.isPending && name.trim() !== '') renaming.mutate(name)
          }}
        >
          <Field
            label="Name"
            className="min-w-48 flex-1"
            value={name}
            maxLength={60}
            autoFocus
            onChange={(event) => setName(event.target.value)}
            problem={renaming.error ? sentenceOf(renaming.error) : undefined}
          />
          <Button type="submit" isBusy={renaming.isPending} disabled={name.trim() === ''}>
            Save
          </Button>
          <Button look="quiet" onClick={() => setName(undefined)}>
            Cancel
          </Button>
        </form>
      </li>
    )
  }
  const { created_at: made, last_used_at: used } = passkey
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <span className="min-w-40 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{passkey.name}</span>
        <span className="block text-sm text-muted">
          Added {relativeTime(made, now)} ·{' '}
          {used === null ? 'never used' : `last used ${relativeTime(used, now)}`}
        </span>
      </span>
      <Button size="small" aria-label={`Rename ${passkey.name}`} onClick={() => setName(passkey.name)}>
        Rename
      </Button>
      <Button size="small" aria-label={`Remove ${passkey.name}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  )
}

function NewPasskey({ onAdded }: { readonly onAdded: () => Promise<void> }) {
  const api = useApi()
  const [name, setName] = useState('')
  const adding = useMutation({
    mutationFn: async () => api.addPasskey(name, await makePasskey(await api.passkeyOptions())),
    onSuccess: async () => {
      setName('')
      say('Passkey added')
      await onAdded()
    },
  })
  return (
    <form noValidate className="flex max-w-md flex-col gap-4" onSubmit={submitOnce(adding)}>
      <Field
        label="Name of the passkey"
        value={name}
        maxLength={60}
        autoComplete="off"
        placeholder="My laptop"
        onChange={(event) => setName(event.target.value)}
      />
      <Problem>{adding.error ? sentenceOf(adding.error) : undefined}</Problem>
      <Button type="submit" className="self-start" isBusy={adding.isPending} disabled={name.trim() === ''}>
        Add a passkey
      </Button>
    </form>
  )
}

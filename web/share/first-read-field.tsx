import { useQuery } from '@tanstack/react-query'
import { serverFactsQuery } from '../client/queries.ts'
import { useUnconfirmedEmail } from '../session/confirm-email.tsx'

interface FirstReadFieldProps {
  readonly isWanted: boolean
  readonly onChange: (isWanted: boolean) => void
}

/** Whether the owner gets a mail when a link is read for the first time; nothing where the server sends none. */
export function FirstReadField({ isWanted, onChange }: FirstReadFieldProps) {
  const sendsMail = useQuery(serverFactsQuery).data?.sends_mail === true
  const unconfirmed = useUnconfirmedEmail()
  if (!sendsMail) return null
  return (
    <label className="flex min-h-11 items-center gap-3 text-sm">
      <input
        type="checkbox"
        className="size-4.5 accent-accent-solid"
        checked={isWanted}
        disabled={unconfirmed !== undefined && !isWanted}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        Mail me once, at its first read
        {unconfirmed && ': confirm your own address first, on your account’s page'}
      </span>
    </label>
  )
}

import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ApiProblem } from '../../src/client/api-problem.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem, sentenceOf } from '../ui/problem.tsx'

interface CodeFormProps<T> {
  /** where the mail went */
  readonly email: string
  /** on what condition there is one, such as "If there is an account with this address, …" */
  readonly sent: ReactNode
  readonly submit: string
  readonly enter: (code: string) => Promise<T>
  readonly sendAgain: () => Promise<unknown>
  readonly onDone: (value: T) => void
}

/** Takes the code that was sent by mail. */
export function CodeForm<T>({ email, sent, submit, enter, sendAgain, onDone }: CodeFormProps<T>) {
  const [code, setCode] = useState('')
  const [isSentAgain, setSentAgain] = useState(false)
  const entering = useMutation({ mutationFn: () => enter(code), onSuccess: onDone })
  const sending = useMutation({
    mutationFn: sendAgain,
    onSuccess: () => {
      setCode('')
      setSentAgain(true)
      entering.reset()
    },
  })
  return (
    <form noValidate className="flex max-w-md flex-col gap-4" onSubmit={submitOnce(entering)}>
      <p className="text-sm text-muted [overflow-wrap:anywhere]" role="status">
        {sent} <strong className="font-medium text-ink">{email}</strong>. It takes a minute at most; look
        among the spam too.{isSentAgain && ' The newest code counts, those before no longer do.'}
      </p>
      <Field
        label="Code from the mail"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        value={code}
        onChange={(event) => setCode(event.target.value)}
        hint="8 digits. It counts once, for 10 minutes."
        problem={entering.error ? problemOf(entering.error) : undefined}
      />
      <Problem>{sending.error ? sentenceOf(sending.error) : undefined}</Problem>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="primary" isBusy={entering.isPending} disabled={code.trim() === ''}>
          {submit}
        </Button>
        <Button type="button" isBusy={sending.isPending} onClick={() => sending.mutate()}>
          Send a new code
        </Button>
      </div>
    </form>
  )
}

function problemOf(error: Error): string {
  const isWrong = error instanceof ApiProblem && [400, 401, 403].includes(error.status)
  return isWrong
    ? 'That code doesn’t count. Look for the newest mail; after five wrong tries you need a new code.'
    : error.message
}

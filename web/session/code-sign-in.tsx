import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/api.ts'
import { ApiProblem } from '../../src/client/api-problem.ts'
import type { SignedInUser } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem } from '../ui/problem.tsx'
import { CodeForm } from './code-form.tsx'

interface CodeSignInProps {
  readonly email: string
  /** undefined where no password is taken */
  readonly onBack?: () => void
  readonly onDone: (user: SignedInUser) => void
}

/** Signs in without the password, by a code that is sent by mail. */
export function CodeSignIn({ email: given, onBack, onDone }: CodeSignInProps) {
  const [email, setEmail] = useState(given)
  const [isSent, setSent] = useState(false)
  const asking = useMutation({ mutationFn: () => client.askToSignIn(email), onSuccess: () => setSent(true) })
  const isNoEmail = asking.error instanceof ApiProblem && asking.error.issues.length > 0
  if (isSent) {
    return (
      <CodeForm
        email={email.trim()}
        sent="If this address can sign in here, a mail with a code is on its way to"
        submit="Sign in"
        enter={(code) => client.logIn({ email, code })}
        sendAgain={() => client.askToSignIn(email)}
        onDone={onDone}
      />
    )
  }
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submitOnce(asking)}>
      <p className="text-sm text-muted">
        We send a code to the address of your account.
        {onBack && ' Once you are in, you can set a new password on your account’s page for 10 minutes.'}
      </p>
      <Field
        label="Email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={onBack !== undefined}
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        problem={isNoEmail ? 'Write an email address like ada@example.com.' : undefined}
      />
      <Problem>{asking.error && !isNoEmail ? asking.error.message : undefined}</Problem>
      <Button type="submit" look="primary" isBusy={asking.isPending}>
        Send me a code
      </Button>
      {onBack && (
        <Button type="button" look="quiet" onClick={onBack}>
          Sign in with the password
        </Button>
      )}
    </form>
  )
}

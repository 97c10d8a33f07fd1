import {
  COMMON_PASSWORD,
  PASSWORD_HINT,
  PASSWORD_RULE,
  WRONG_CREDENTIALS,
} from '../../src/accounts/password.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { client } from '../client/api.ts'
import { serverFactsQuery } from '../client/queries.ts'
import { ApiProblem } from '../../src/client/api-problem.ts'
import type { SignedInUser } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { Problem } from '../ui/problem.tsx'
import { CodeSignIn } from './code-sign-in.tsx'

export type CredentialsPurpose = 'sign-in' | 'sign-up'

interface CredentialsFormProps {
  readonly purpose: CredentialsPurpose
  /** the account that has to sign in; can't be changed */
  readonly fixedEmail?: string
  readonly onDone: (user: SignedInUser) => void
}

/** Email and password, to sign in or to make an account. */
export function CredentialsForm({ purpose, fixedEmail, onDone }: CredentialsFormProps) {
  const [email, setEmail] = useState(fixedEmail ?? '')
  const [password, setPassword] = useState('')
  const [isShown, setShown] = useState(false)
  const sending = useMutation({
    mutationFn: () =>
      purpose === 'sign-up' ? client.signUp({ email, password }) : client.logIn({ email, password }),
    onSuccess: onDone,
  })
  const problems = problemsOf(sending.error, purpose)
  const isTaken = sending.error instanceof ApiProblem && sending.error.status === 409
  const showId = useId()
  const facts = useQuery(serverFactsQuery)
  const [isByCode, setByCode] = useState(false)
  if (isByCode) return <CodeSignIn email={email} onBack={() => setByCode(false)} onDone={onDone} />

  return (
    <form className="flex flex-col gap-4" noValidate onSubmit={submitOnce(sending)}>
      <Field
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        readOnly={fixedEmail !== undefined}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        problem={problems.email}
      />
      <Field
        label="Password"
        type={isShown ? 'text' : 'password'}
        name="password"
        autoComplete={purpose === 'sign-up' ? 'new-password' : 'current-password'}
        required
        autoFocus={fixedEmail !== undefined}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        hint={purpose === 'sign-up' ? PASSWORD_HINT : undefined}
        problem={problems.password}
      />
      <label htmlFor={showId} className="flex items-center gap-2 text-sm">
        <input
          id={showId}
          type="checkbox"
          className="size-4.5 accent-accent-solid"
          checked={isShown}
          onChange={(event) => setShown(event.target.checked)}
        />
        Show password
      </label>
      <Problem>{problems.other}</Problem>
      <Button type="submit" look="primary" isBusy={sending.isPending}>
        {purpose === 'sign-up' ? 'Create account' : 'Sign in'}
      </Button>
      {facts.data?.sends_mail === false && purpose === 'sign-in' && (
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          Forgotten your password? This server sends no mail: ask its operator
          {facts.data.operator_contact === null ? '' : ` (${facts.data.operator_contact})`} to set a new one.
        </p>
      )}
      {facts.data?.sends_mail && (purpose === 'sign-in' || isTaken) && (
        <Button type="button" look="quiet" onClick={() => setByCode(true)}>
          {isTaken ? 'It is my address: sign in with a code' : 'Forgotten your password? Sign in with a code'}
        </Button>
      )}
    </form>
  )
}

interface FormProblems {
  readonly email?: string
  readonly password?: string
  readonly other?: string
}

function problemsOf(error: Error | null, purpose: CredentialsPurpose): FormProblems {
  if (!error) return {}
  if (!(error instanceof ApiProblem)) return { other: error.message }
  if (error.status === 401) return { other: WRONG_CREDENTIALS }
  if (error.status === 409) return { email: error.message }
  const isAbout = (field: string): boolean => error.issues.some(({ path }) => path[0] === field)
  const isCommon = error.issues.some(({ code }) => code === 'common_password')
  return {
    ...(isAbout('email') ? { email: 'Write an email address like ada@example.com.' } : {}),
    ...(isAbout('password') && purpose === 'sign-up'
      ? { password: isCommon ? COMMON_PASSWORD : PASSWORD_RULE }
      : {}),
    ...(error.issues.length === 0 ? { other: error.message } : {}),
  }
}

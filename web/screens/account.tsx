import { PASSWORD_HINT, PASSWORD_RULE } from '../../src/accounts/password.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  keys,
  serverFactsQuery,
  sessionQuery,
  signInMethodsQuery,
  useApi,
  useMe,
  useRefresh,
} from '../client/queries.ts'
import { ApiProblem } from '../../src/client/api-problem.ts'
import type { SignedInUser } from '../../src/client/types.ts'
import { startOver } from '../session/start-over.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { submitOnce } from '../ui/submit-once.ts'
import { PageTitle } from '../ui/page-title.tsx'
import { Problem } from '../ui/problem.tsx'
import { wholeTime } from '../ui/times.ts'
import { Section } from '../ui/section.tsx'
import { say } from '../ui/toasts.tsx'
import { DevicesSection } from './account-devices.tsx'
import { ConfirmEmailSection } from '../session/confirm-email.tsx'
import { MailSettingsSection } from './mail-settings.tsx'
import { EventsSection } from './account-events.tsx'
import { PasskeysSection } from './account-passkeys.tsx'
import { TokensSection } from './account-tokens.tsx'
import { WebhooksSection } from './account-webhooks.tsx'

/** Email, password, passkeys, devices, tokens, and the way out. */
export function AccountScreen() {
  const takesPasswords = useQuery(signInMethodsQuery).data?.password !== false
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>Account</PageTitle>
      <Summary />
      <ConfirmEmailSection />
      {/* Both ask for the current one. */}
      {takesPasswords && <EmailSection />}
      {takesPasswords && <PasswordSection />}
      <PasskeysSection />
      <DevicesSection />
      <TokensSection />
      <WebhooksSection />
      <MailSettingsSection />
      <EventsSection />
      <DeleteSection />
    </div>
  )
}

function Summary() {
  const api = useApi()
  const me = useMe()
  const account = useQuery({ queryKey: keys.account, queryFn: api.account })
  return (
    <p className="text-muted [overflow-wrap:anywhere]">
      Signed in as <strong className="font-medium text-ink">{me.primary_email}</strong>
      {account.data && (
        <>
          {' '}
          ({account.data.email_verified ? 'confirmed' : 'not confirmed'}), since{' '}
          {wholeTime(account.data.created_at)}
        </>
      )}
    </p>
  )
}

function EmailSection() {
  const api = useApi()
  const me = useMe()
  const client = useQueryClient()
  const refresh = useRefresh()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const changing = useMutation({
    mutationFn: () => api.changeAccount({ email, current_password: password }),
    onSuccess: async (user) => {
      const changed: SignedInUser = { id: me.id, primary_email: user.primary_email }
      client.setQueryData(sessionQuery.queryKey, changed)
      setEmail('')
      setPassword('')
      say('Email changed')
      await refresh(keys.account)
    },
  })
  return (
    <Section title="Email">
      <form noValidate className="flex max-w-md flex-col gap-4" onSubmit={submitOnce(changing)}>
        <Field
          label="New email"
          type="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          problem={issueOf(changing.error, 'email', 'Write an email address like ada@example.com.')}
        />
        <CurrentPassword value={password} onChange={setPassword} error={changing.error} />
        <Problem>{otherProblem(changing.error)}</Problem>
        <Button
          type="submit"
          className="self-start"
          isBusy={changing.isPending}
          disabled={email.trim() === ''}
        >
          Change email
        </Button>
      </form>
    </Section>
  )
}

const FORGOTTEN = 'Forgotten? Sign out and sign in with a code: for 10 minutes after that, leave this empty.'

function PasswordSection() {
  const api = useApi()
  const sendsMail = useQuery(serverFactsQuery).data?.sends_mail === true
  const me = useMe()
  const [wanted, setWanted] = useState('')
  const [password, setPassword] = useState('')
  const changing = useMutation({
    mutationFn: () =>
      api.changeAccount({
        password: wanted,
        ...(password === '' ? {} : { current_password: password }),
      }),
    onSuccess: () => {
      setWanted('')
      setPassword('')
      say('Password changed; all other devices are signed out')
    },
  })
  return (
    <Section title="Password">
      <form noValidate className="flex max-w-md flex-col gap-4" onSubmit={submitOnce(changing)}>
        {/* For password managers: whose password this is. */}
        <input type="email" autoComplete="username" value={me.primary_email} readOnly hidden />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          hint={`${PASSWORD_HINT} All other devices are signed out.`}
          problem={issueOf(changing.error, 'password', PASSWORD_RULE)}
        />
        <CurrentPassword
          value={password}
          onChange={setPassword}
          error={changing.error}
          hint={sendsMail ? FORGOTTEN : undefined}
        />
        <Problem>{otherProblem(changing.error)}</Problem>
        <Button type="submit" className="self-start" isBusy={changing.isPending} disabled={wanted === ''}>
          Change password
        </Button>
      </form>
    </Section>
  )
}

interface CurrentPasswordProps {
  readonly value: string
  readonly onChange: (password: string) => void
  readonly error: Error | null
  readonly hint?: string | undefined
}

function CurrentPassword({ value, onChange, error, hint }: CurrentPasswordProps) {
  return (
    <Field
      label="Current password"
      type="password"
      autoComplete="current-password"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={hint}
      problem={currentPasswordProblem(error)}
    />
  )
}

function DeleteSection() {
  const api = useApi()
  const me = useMe()
  const [isAsking, setAsking] = useState(false)
  const [password, setPassword] = useState('')
  return (
    <Section title="Delete account">
      <p className="mb-4 text-muted">
        Deletes your account with all its chats and links, at once. This can’t be undone.
      </p>
      <Button look="danger" onClick={() => setAsking(true)}>
        Delete my account…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title="Delete your account with everything?"
        confirm="Delete everything"
        typed={me.primary_email}
        onClose={() => {
          setPassword('')
          setAsking(false)
        }}
        onConfirm={async () => {
          await api.deleteAccount(password === '' ? undefined : password)
          startOver()
        }}
      >
        <p>All your chats and messages are deleted, and every link of yours stops working at once.</p>
        <p>No password? Sign in again, and delete it within ten minutes.</p>
        <CurrentPassword value={password} onChange={setPassword} error={null} />
      </ConfirmDialog>
    </Section>
  )
}

function issueOf(error: Error | null, field: string, sentence: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined
  if (field === 'email' && error.status === 409) return 'Another account has this email already.'
  const issue = error.issues.find(({ path }) => path[0] === field)
  return issue?.code === 'common_password' ? issue.message : issue && sentence
}

function currentPasswordProblem(error: Error | null): string | undefined {
  if (isWrongPassword(error)) return 'This is not your current password.'
  return issueOf(error, 'current_password', 'Write your current password.')
}

function isWrongPassword(error: Error | null): boolean {
  return error instanceof ApiProblem && error.status === 403
}

function otherProblem(error: Error | null): string | undefined {
  if (!error || isWrongPassword(error)) return undefined
  const isShown = error instanceof ApiProblem && (error.status === 409 || error.issues.length > 0)
  return isShown ? undefined : error.message
}

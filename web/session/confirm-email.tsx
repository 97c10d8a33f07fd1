import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { keys, serverFactsQuery, signInMethodsQuery, useApi, useRefresh } from '../client/queries.ts'
import { Button } from '../ui/button.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { Section } from '../ui/section.tsx'
import { say } from '../ui/toasts.tsx'
import { CodeForm } from './code-form.tsx'

/** Whether the account's address counts where chats are shared with it; undefined until that is known. */
export function useUnconfirmedEmail(): { readonly email: string; readonly sendsMail: boolean } | undefined {
  const api = useApi()
  const account = useQuery({ queryKey: keys.account, queryFn: api.account })
  const facts = useQuery(serverFactsQuery)
  if (!account.data || !facts.data || account.data.email_verified) return undefined
  if (facts.data.unverified_emails === 'trust' && !facts.data.sends_mail) return undefined
  return { email: account.data.primary_email, sendsMail: facts.data.sends_mail }
}

/** On the account's page: whether the address is confirmed, and what to do if it isn't. */
export function ConfirmEmailSection() {
  const api = useApi()
  const refresh = useRefresh()
  const unconfirmed = useUnconfirmedEmail()
  const facts = useQuery(serverFactsQuery)
  const provider = useQuery(signInMethodsQuery).data?.single_sign_on?.name
  const [isSent, setSent] = useState(false)
  const asking = useMutation({ mutationFn: api.askToConfirm, onSuccess: () => setSent(true) })
  if (!unconfirmed) return null
  const { email, sendsMail } = unconfirmed
  if (!sendsMail) {
    const contact = facts.data?.operator_contact
    return (
      <Section title="Your address isn’t verified">
        <p className="text-muted">
          Chats that are shared with it don’t open for you yet.{' '}
          {provider === undefined
            ? 'This server sends no mail: ask its operator'
            : `Signing in with ${provider} verifies it, where it is your address there; or ask the operator of this server`}
          {contact === null || contact === undefined ? '' : ` (${contact})`}
          {provider === undefined ? ' to verify the address.' : '.'}
        </p>
      </Section>
    )
  }
  return (
    <Section title="Confirm your address">
      {isSent ? (
        <CodeForm
          email={email}
          sent="A mail with a code is on its way to"
          submit="Confirm"
          enter={api.confirmEmail}
          sendAgain={api.askToConfirm}
          onDone={() => {
            say('Address confirmed')
            void refresh(keys.account)
          }}
        />
      ) : (
        <>
          <p className="mb-4 text-muted [overflow-wrap:anywhere]">
            <strong className="font-medium text-ink">{email}</strong> isn’t confirmed yet. Chats that are
            shared with it open for you once it is, and you can invite others by mail.
          </p>
          <Problem>{asking.error ? sentenceOf(asking.error) : undefined}</Problem>
          <Button look="primary" isBusy={asking.isPending} onClick={() => asking.mutate()}>
            Send me a code
          </Button>
        </>
      )}
    </Section>
  )
}

/** On the screens where it matters: the address has to be confirmed. */
export function ConfirmEmailBanner() {
  const unconfirmed = useUnconfirmedEmail()
  if (!unconfirmed?.sendsMail) return null
  return (
    <p className="mb-5 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl bg-accent-soft print:hidden px-4 py-2.5 text-sm [overflow-wrap:anywhere]">
      <span className="flex-1">
        Your address <strong className="font-medium">{unconfirmed.email}</strong> isn’t confirmed yet.
      </span>
      <Link to="/account" className="inline-flex min-h-9 items-center font-medium underline">
        Confirm it
      </Link>
    </p>
  )
}

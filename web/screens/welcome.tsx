import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { serverFactsQuery, sessionQuery, signInMethodsQuery } from '../client/queries.ts'
import { CodeSignIn } from '../session/code-sign-in.tsx'
import { CredentialsForm, type CredentialsPurpose } from '../session/credentials-form.tsx'
import { PasskeyButton } from '../session/passkey-button.tsx'
import { SignOnLink } from '../session/sign-on-link.tsx'
import { LogoMark } from '../ui/logo.tsx'
import type { SignInMethods } from '../../src/client/types.ts'
import { ThemeButton } from '../ui/theme-button.tsx'
import { WelcomePicture } from './welcome-picture.tsx'

const PURPOSES: readonly { purpose: CredentialsPurpose; name: string }[] = [
  { purpose: 'sign-up', name: 'Create account' },
  { purpose: 'sign-in', name: 'Sign in' },
]

/** For who has no account, where they can't make one here. */
const HOW_TO_SIGN_UP: Record<SignInMethods['sign_up'], string> = {
  open: 'New here? Your account is made when you sign in for the first time.',
  oidc: 'New here? Your account is made when you sign in for the first time.',
  closed: 'New here? The operator of this server creates accounts; ask for one.',
}

/** For who isn't signed in: what this is, and the way in. Whatever address was asked for opens afterwards. */
export function Welcome() {
  const client = useQueryClient()
  const { data: methods } = useQuery(signInMethodsQuery)
  const sendsMail = useQuery(serverFactsQuery).data?.sends_mail === true
  const takesPasswords = methods?.password ?? true
  const canSignUp = takesPasswords && (methods?.sign_up ?? 'open') === 'open'
  const isDeepLink = window.location.pathname !== '/'
  const [purpose, setPurpose] = useState<CredentialsPurpose>(isDeepLink ? 'sign-in' : 'sign-up')
  const shown = canSignUp ? purpose : 'sign-in'
  useEffect(() => {
    document.title = 'Neptun Share'
  }, [])
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex w-full max-w-5xl items-center gap-2.5 px-5 py-5 sm:px-8">
        <LogoMark />
        <span className="mr-auto text-lg font-semibold tracking-tight">Neptun Share</span>
        <ThemeButton />
      </header>
      <main className="mx-auto grid w-full max-w-5xl flex-1 items-center gap-x-14 gap-y-8 px-5 pb-16 sm:px-8 lg:grid-cols-[1.15fr_1fr]">
        <div className="flex flex-col gap-6">
          <WelcomePicture />
          <h1 className="text-3xl font-semibold tracking-tight sm:text-[2.5rem] sm:leading-[1.14]">
            Share a conversation with an AI, and decide who may see it.
          </h1>
          {isDeepLink && <p className="text-muted">Sign in to open the page you asked for.</p>}
        </div>
        <section className="card p-5 shadow-lifted sm:p-7" aria-label="Your account">
          {canSignUp && (
            <div
              role="group"
              aria-label="Do you have an account?"
              className="mb-6 grid grid-cols-2 gap-1 rounded-xl bg-sunken p-1"
            >
              {PURPOSES.map(({ purpose: other, name }) => (
                <button
                  key={other}
                  type="button"
                  aria-pressed={purpose === other}
                  onClick={() => setPurpose(other)}
                  className="min-h-10 rounded-lg text-sm font-medium text-muted aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card"
                >
                  {other === 'sign-up' ? 'I am new here' : 'I have an account'}
                  <span className="sr-only">: {name}</span>
                </button>
              ))}
            </div>
          )}
          {!canSignUp && <h2 className="mb-4 text-lg font-semibold">Sign in</h2>}
          <div className="flex flex-col gap-4">
            {takesPasswords && (
              <CredentialsForm
                key={shown}
                purpose={shown}
                onDone={(user) => client.setQueryData(sessionQuery.queryKey, user)}
              />
            )}
            <SignOnLink methods={methods} />
            {!takesPasswords && sendsMail && (
              <CodeSignIn email="" onDone={(user) => client.setQueryData(sessionQuery.queryKey, user)} />
            )}
            {shown === 'sign-in' && (
              <PasskeyButton onDone={(user) => client.setQueryData(sessionQuery.queryKey, user)} />
            )}
            {!canSignUp && <p className="text-sm text-muted">{HOW_TO_SIGN_UP[methods?.sign_up ?? 'open']}</p>}
          </div>
        </section>
      </main>
    </div>
  )
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { client } from '../client/api.ts'
import { serverFactsQuery, sessionQuery, signInMethodsQuery } from '../client/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { startOver } from './start-over.ts'
import type { SignInMethods } from '../../src/client/types.ts'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { CodeSignIn } from './code-sign-in.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { SignOnLink } from './sign-on-link.tsx'
import { isWaitingForSignIn, onSessionChange, signedInAgain, staySignedOut } from './session-ended.ts'

/** Opens when the session ends; after signing in, what was being done continues. */
export function SessionEndedDialog() {
  const isOpen = useSyncExternalStore(onSessionChange, isWaitingForSignIn)
  const client = useQueryClient()
  const me = client.getQueryData(sessionQuery.queryKey)
  const { data: methods } = useQuery({ ...signInMethodsQuery, enabled: isOpen })
  const { data: facts } = useQuery({ ...serverFactsQuery, enabled: isOpen })
  return (
    <Dialog
      isOpen={isOpen}
      onClose={staySignedOut}
      title="Sign in again to continue"
      description="Your session has ended. What you wrote is still here."
      width="sm:max-w-md"
      keepsOpen
    >
      <DialogBody>
        {me && methods?.password !== false && (
          <CredentialsForm purpose="sign-in" fixedEmail={me.primary_email} onDone={signedInAgain} />
        )}
        {me && methods?.password === false && facts?.sends_mail && (
          <CodeSignIn
            email={me.primary_email}
            onDone={(user) => (user.id === me.id ? signedInAgain() : startOver())}
          />
        )}
        {me && <PasskeyButton onDone={(user) => (user.id === me.id ? signedInAgain() : startOver())} />}
        {me && methods?.single_sign_on && <SignOnAgain methods={methods} userId={me.id} />}
        <Button look="quiet" size="small" className="self-center" onClick={startOver}>
          I am somebody else
        </Button>
      </DialogBody>
    </Dialog>
  )
}

interface SignOnAgainProps {
  readonly methods: SignInMethods
  readonly userId: number
}

/** Signing in by the provider happens in another tab: this one holds what was written. */
function SignOnAgain({ methods, userId }: SignOnAgainProps) {
  const [problem, setProblem] = useState<string>()

  async function look() {
    try {
      const user = await client.whoAmI()
      if (user?.id === userId) signedInAgain()
      else setProblem(user ? 'Somebody else is signed in there.' : 'You are not signed in yet.')
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }

  return (
    <div className="flex flex-col gap-3">
      <SignOnLink methods={methods} opensTab />
      <Button onClick={() => void look()}>I have signed in there</Button>
      <Problem>{problem}</Problem>
    </div>
  )
}

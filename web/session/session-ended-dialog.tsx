import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { sessionQuery } from '../client/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { startOver } from './start-over.ts'
import { CredentialsForm } from './credentials-form.tsx'
import { isWaitingForSignIn, onSessionChange, signedInAgain, staySignedOut } from './session-ended.ts'

/** Opens when the session ends; after signing in, what was being done continues. */
export function SessionEndedDialog() {
  const isOpen = useSyncExternalStore(onSessionChange, isWaitingForSignIn)
  const client = useQueryClient()
  const me = client.getQueryData(sessionQuery.queryKey)
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
        {me && <CredentialsForm purpose="sign-in" fixedEmail={me.primary_email} onDone={signedInAgain} />}
        <Button look="quiet" size="small" className="self-center" onClick={startOver}>
          I am somebody else
        </Button>
      </DialogBody>
    </Dialog>
  )
}

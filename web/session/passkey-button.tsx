import { useMutation } from '@tanstack/react-query'
import { logInByPasskey } from '../client/api.ts'
import type { SignedInUser } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { hasPasskeys } from './passkeys.ts'

/** Signs in without a password; nothing where the browser can't. */
export function PasskeyButton({ onDone }: { readonly onDone: (user: SignedInUser) => void }) {
  const signingIn = useMutation({ mutationFn: logInByPasskey, onSuccess: onDone })
  if (!hasPasskeys()) return null
  return (
    <>
      <Button isBusy={signingIn.isPending} onClick={() => signingIn.mutate()}>
        Sign in with a passkey
      </Button>
      <Problem>{signingIn.error ? sentenceOf(signingIn.error) : undefined}</Problem>
    </>
  )
}

import { useMutation, useQuery } from '@tanstack/react-query'
import { client } from '../client/api.ts'
import { serverFactsQuery } from '../client/queries.ts'
import { Button } from '../ui/button.tsx'
import { say, sayProblem } from '../ui/toasts.tsx'

/** Ends what this browser has proved by codes from mails; nothing where the server sends none. */
export function ForgetProofs() {
  const sendsMail = useQuery(serverFactsQuery).data?.sends_mail === true
  const forgetting = useMutation({
    mutationFn: () => client.forgetProofs(),
    onSuccess: () => say('Forgotten: chats ask for a code in this browser again'),
    onError: sayProblem,
  })
  if (!sendsMail) return null
  return (
    <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-3 border-t border-line pt-4">
      <p className="min-w-0 flex-1 basis-60 text-sm text-muted">
        Who entered a code from a mail to read a chat in this browser needs none for 30 days, signed in or
        not.
      </p>
      <Button isBusy={forgetting.isPending} onClick={() => forgetting.mutate()}>
        Forget this browser’s proofs
      </Button>
    </div>
  )
}

import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from './client/query-client.ts'
import { router } from './router.tsx'
import { SessionEndedDialog } from './session/session-ended-dialog.tsx'
import { Toasts } from './ui/toasts.tsx'

/** The owner's app. Nothing in it writes inline styles or scripts, so that the page's policy stays strict. */
export function App() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <Toasts>
          <RouterProvider router={router} />
          <SessionEndedDialog />
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  )
}

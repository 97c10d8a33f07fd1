import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { CloseIcon } from './icons.tsx'

const manager = Toast.createToastManager()

const SECONDS = 1000

/** Says that something is done; read out when there is a pause. */
export function say(text: string, action?: { readonly label: string; readonly run: () => void }): void {
  manager.add({
    title: text,
    timeout: (action ? 10 : 5) * SECONDS,
    ...(action ? { actionProps: { children: action.label, onClick: action.run } } : {}),
  })
}

/** Says that something went wrong; read out at once, and stays until it is closed. */
export function sayProblem(error: unknown): void {
  const text = error instanceof Error ? error.message : 'Something went wrong. Try again.'
  manager.add({ title: text, type: 'problem', priority: 'high', timeout: 0 })
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        {/* Over nothing that is needed next: on phones over the bar at the top, elsewhere above what stands at the foot. */}
        <Toast.Viewport className="fixed inset-x-2 top-1.5 z-50 mx-auto flex max-w-sm flex-col gap-2 sm:top-auto sm:right-6 sm:bottom-20 sm:left-auto sm:mx-0 sm:w-96 sm:items-end">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`appears max-w-full rounded-xl border bg-raised text-ink shadow-lifted data-limited:hidden ${toast.type === 'problem' ? 'border-danger' : 'border-line'}`}
    >
      <Toast.Content className="flex items-center gap-2 py-1 pr-1 pl-4 sm:py-1.5 sm:pr-1.5">
        <Toast.Title
          className="line-clamp-2 min-w-0 flex-1 py-1 text-sm sm:line-clamp-none sm:py-2 [overflow-wrap:anywhere]"
          render={<p />}
        />
        {toast.actionProps && (
          <Toast.Action className="min-h-9 rounded-lg px-3 text-sm font-semibold text-accent hover:bg-sunken" />
        )}
        <Toast.Close
          aria-label="Close this message"
          className="inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-sunken"
        >
          <CloseIcon className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}

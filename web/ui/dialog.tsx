import { Dialog as Base } from '@base-ui/react/dialog'
import type { ComponentProps, ReactNode } from 'react'
import { buttonClass } from './button.tsx'
import { CloseIcon } from './icons.tsx'

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly children: ReactNode
  readonly width?: string
  /** only buttons and Escape close it, for dialogs that hold what somebody wrote */
  readonly keepsOpen?: boolean
  readonly role?: 'dialog' | 'alertdialog'
  readonly initialFocus?: ComponentProps<typeof Base.Popup>['initialFocus']
}

/** A dialog over the page: it keeps the focus and gives it back. A sheet from below on phones. */
export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, description, children, width = 'sm:max-w-lg', keepsOpen = false } = props
  return (
    <Base.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      disablePointerDismissal={keepsOpen}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-black/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center overflow-hidden sm:items-center sm:p-6">
          <Base.Popup
            role={props.role ?? 'dialog'}
            {...(props.initialFocus === undefined ? {} : { initialFocus: props.initialFocus })}
            className={`appears relative flex max-h-[94dvh] w-full flex-col low:overflow-y-auto rounded-t-2xl border border-line bg-raised text-ink shadow-lifted sm:rounded-2xl after:pointer-events-none after:absolute after:inset-0 after:rounded-[inherit] after:bg-black/45 after:opacity-0 after:transition-opacity data-nested-dialog-open:after:opacity-100 ${width}`}
          >
            <div className="flex items-start gap-3 border-b border-line py-3 pr-3 pl-5 sm:pl-6">
              <div className="min-w-0 flex-1 py-1.5">
                <Base.Title className="line-clamp-2 text-lg font-semibold [overflow-wrap:anywhere]">
                  {title}
                </Base.Title>
                {description && (
                  <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>
                )}
              </div>
              <Base.Close aria-label="Close" className={buttonClass('quiet', 'icon')}>
                <CloseIcon />
              </Base.Close>
            </div>
            {children}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

export function DialogBody({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto overscroll-contain px-5 py-5 sm:px-6 low:flex-none low:overflow-visible">
      {children}
    </div>
  )
}

export function DialogFooter({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6">
      {children}
    </div>
  )
}

import { Menu as Base } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { buttonClass } from './button.tsx'

export interface MenuAction {
  readonly name: string
  readonly icon?: ReactNode
  readonly isDangerous?: boolean
  readonly run: () => void
}

interface MenuProps {
  /** what the button is called for those who can't see it */
  readonly label: string
  readonly trigger: ReactNode
  readonly triggerClass?: string
  readonly heading?: ReactNode
  readonly actions: readonly MenuAction[]
}

/** A button with a menu of actions. */
export function ActionMenu({ label, trigger, triggerClass, heading, actions }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger aria-label={label} className={triggerClass ?? buttonClass('quiet', 'small-icon')}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        {/* Fixed like the dialogs that menus open in: were it placed in the page, a page that scrolls under a dialog
            would take the menu along for a frame, away from a click that is under way. */}
        <Base.Positioner
          sideOffset={6}
          align="end"
          positionMethod="fixed"
          // It stands outside of the page's regions, and is one by itself.
          role="region"
          aria-label={label}
          className="z-50 outline-none"
        >
          <Base.Popup className="appears min-w-48 origin-(--transform-origin) rounded-xl border border-line bg-raised p-1 text-ink shadow-lifted outline-none">
            {heading && <div className="border-b border-line px-3 py-2 text-sm text-muted">{heading}</div>}
            {actions.map((action) => (
              <Base.Item
                key={action.name}
                onClick={action.run}
                className={`flex min-h-10 items-center gap-2.5 rounded-lg px-3 text-sm outline-none select-none data-highlighted:bg-sunken ${action.isDangerous ? 'text-danger' : ''}`}
              >
                {action.icon}
                {action.name}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

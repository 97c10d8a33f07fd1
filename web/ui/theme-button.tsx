import { buttonClass } from './button.tsx'
import { MoonIcon, SunIcon } from './icons.tsx'

/** Switches between light and dark. The script in the page's head does it, and shared chats obey the same choice. */
export function ThemeButton() {
  return (
    <button
      type="button"
      data-action="theme"
      aria-label="Switch between light and dark"
      title="Light or dark"
      className={`${buttonClass('quiet', 'icon')} text-muted!`}
    >
      <SunIcon className="in-dark size-5" />
      <MoonIcon className="in-light size-5" />
    </button>
  )
}

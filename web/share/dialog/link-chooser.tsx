import type { Share } from '../../../src/client/types.ts'
import { PlusIcon } from '../../ui/icons.tsx'
import { stateNames } from '../share-state.ts'

/** Stands for a link that is to be made. */
export const NEW_LINK = 'new'
/** A link by its id, or one that is to be made. */
export type LinkChoice = number | typeof NEW_LINK

interface LinkChooserProps {
  readonly links: readonly Share[]
  readonly chosen: LinkChoice
  /** something isn't saved yet, which another link would lose */
  readonly isBlocked: boolean
  readonly onChoose: (link: LinkChoice) => void
}

/** Which of a chat's links is looked at, and a way to one more. */
export function LinkChooser({ links, chosen, isBlocked, onChoose }: LinkChooserProps) {
  return (
    <div className="flex flex-col gap-2">
      <div role="group" aria-label="Links of this chat" className="flex flex-wrap gap-2">
        {links.map((link) => (
          <button
            key={link.id}
            type="button"
            aria-pressed={link.id === chosen}
            disabled={isBlocked && link.id !== chosen}
            className={BUTTON}
            onClick={() => onChoose(link.id)}
          >
            <span className="max-w-48 truncate">{link.label ?? 'Main link'}</span>
            {link.state !== 'active' && <span className="text-muted">({stateNames[link.state]})</span>}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={chosen === NEW_LINK}
          disabled={isBlocked && chosen !== NEW_LINK}
          className={BUTTON}
          onClick={() => onChoose(NEW_LINK)}
        >
          <PlusIcon className="size-4" /> Another link
        </button>
      </div>
      {isBlocked && <p className="text-sm text-muted">Save or discard your changes to see another link.</p>}
    </div>
  )
}

const BUTTON =
  'inline-flex min-h-9 items-center gap-1.5 rounded-full border border-line-strong px-3.5 text-sm font-medium hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:opacity-50'

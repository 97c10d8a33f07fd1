import { Link } from '@tanstack/react-router'
import type { Finding } from '../../../src/client/types.ts'

/** More than a closing dialog takes. */
const SETTLED_MS = 200
const SCROLLS = 10
const OWN_SCROLLING = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

interface FoundPlaceProps {
  readonly chatId: number
  readonly finding: Finding
  /** of the message, from 1 on; undefined: it stands in the name, or the messages aren't there yet */
  readonly number: number | undefined
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
  readonly onClose: () => void
}

/** Something that was found, masked, with the message to go to. */
export function FoundPlace({ chatId, finding, number, isChosen, onChoose, onClose }: FoundPlaceProps) {
  return (
    <li className="flex items-start gap-3 rounded-xl border border-line bg-surface px-3.5 py-2.5 text-sm">
      <label className="flex min-w-0 flex-1 cursor-pointer items-start gap-3">
        <input
          type="checkbox"
          className="mt-0.5 size-4.5 shrink-0 accent-accent-solid"
          checked={isChosen}
          onChange={(event) => onChoose(event.target.checked)}
        />
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="font-medium">{finding.label}</span>
          <code className="text-[0.8125rem] [overflow-wrap:anywhere] text-muted">{finding.excerpt}</code>
        </span>
      </label>
      {finding.message_id === null ? (
        <span className="shrink-0 text-muted">in the name</span>
      ) : (
        number !== undefined && (
          <Link
            to="/chats/$chatId"
            params={{ chatId: String(chatId) }}
            hash={`message-${number}`}
            className="shrink-0 text-accent underline"
            onClick={() => {
              onClose()
              bringIntoView(`#message-${number}`)
            }}
          >
            Message {number}
          </Link>
        )
      )}
    </li>
  )
}

/**
 * Scrolls to a message after the dialog has given the page its place and its focus back, and again while the messages
 * above it are rendered and grow; whoever scrolls themselves is left alone.
 */
function bringIntoView(selector: string): void {
  let left = SCROLLS
  const stop = (): void => {
    clearInterval(timer)
    for (const type of OWN_SCROLLING) removeEventListener(type, stop)
  }
  const timer = setInterval(() => {
    document.querySelector(selector)?.scrollIntoView()
    left -= 1
    if (left === 0) stop()
  }, SETTLED_MS)
  for (const type of OWN_SCROLLING) addEventListener(type, stop)
}

import { lazy, Suspense, useState } from 'react'
import type { Share } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy-text.ts'
import {
  CopyIcon,
  MoreIcon,
  OpenIcon,
  PauseIcon,
  PlayIcon,
  QrIcon,
  RotateIcon,
  TrashIcon,
} from '../ui/icons.tsx'
import { ActionMenu, type MenuAction } from '../ui/menu.tsx'
import { Loading } from '../ui/spinner.tsx'
import { say } from '../ui/toasts.tsx'

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }))

interface LinkRowProps {
  readonly share: Share
  readonly onPause: (isPaused: boolean) => void
  readonly onRotate: () => void
  readonly onDelete: () => void
}

/** Copies a share's link and says so. */
export async function copyLink(url: string | Promise<string>): Promise<void> {
  const isCopied = await copyText(url)
  say(isCopied ? 'Link copied' : 'The browser didn’t allow copying: select the link and press Ctrl+C')
}

/** Shows a share's page as its readers get it, in a tab of its own. */
function openAsReader(url: string): void {
  window.open(url, '_blank', 'noreferrer')
}

/** What can be done with a link besides changing its settings, as a menu has it. */
export function linkActions({ share, onPause, onRotate, onDelete }: LinkRowProps): MenuAction[] {
  return [
    { name: 'Open as reader', icon: <OpenIcon />, run: () => openAsReader(share.url) },
    share.is_shared
      ? { name: 'Pause link', icon: <PauseIcon />, run: () => onPause(true) }
      : { name: 'Resume link', icon: <PlayIcon />, run: () => onPause(false) },
    { name: 'New link…', icon: <RotateIcon />, run: onRotate },
    { name: 'Delete link…', icon: <TrashIcon />, isDangerous: true, run: onDelete },
  ]
}

/** The link that there is, and what can be done with it. */
export function LinkRow({ share, onPause, onRotate, onDelete }: LinkRowProps) {
  const [hasQr, setQr] = useState(false)
  return (
    <div className="flex flex-col gap-3">
      {!share.is_shared && (
        <p className="flex flex-wrap items-center gap-2 rounded-xl bg-warn-soft px-4 py-2.5 text-sm text-warn">
          <span className="flex-1">This link is paused: nobody but you can open it.</span>
          <Button size="small" onClick={() => onPause(false)}>
            <PlayIcon className="size-4" /> Resume
          </Button>
        </p>
      )}
      <div className="flex gap-1.5">
        <input
          className="field min-w-0 flex-1 font-mono text-sm"
          aria-label="Link"
          readOnly
          value={share.url}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={() => void copyLink(share.url)} aria-label="Copy link">
          <CopyIcon /> <span className="hidden sm:inline">Copy</span>
        </Button>
        <Button size="icon" aria-label="QR code" aria-pressed={hasQr} onClick={() => setQr(!hasQr)}>
          <QrIcon />
        </Button>
        <ActionMenu
          label="More for this link"
          triggerClass="inline-flex size-11 items-center justify-center rounded-[0.625rem] border border-line-strong bg-surface hover:bg-sunken"
          trigger={<MoreIcon />}
          actions={linkActions({ share, onPause, onRotate, onDelete })}
        />
      </div>
      {hasQr && (
        <Suspense fallback={<Loading what="the QR code" />}>
          <div className="flex justify-center">
            <QrCode text={share.url} />
          </div>
        </Suspense>
      )}
    </div>
  )
}

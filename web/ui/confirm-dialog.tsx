import { type ReactNode, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog, DialogBody, DialogFooter } from './dialog.tsx'
import { Problem, sentenceOf } from './problem.tsx'

interface ConfirmDialogProps {
  readonly isOpen: boolean
  readonly title: string
  readonly children: ReactNode
  readonly confirm: string
  readonly isDangerous?: boolean
  /** must be typed before it goes on */
  readonly typed?: string
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
}

/** Asks before something that can't be taken back. The focus begins on the way out. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, children, confirm, isDangerous = true, typed, onConfirm, onClose } = props
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [text, setText] = useState('')
  const wayOut = useRef<HTMLButtonElement>(null)
  const isReady = typed === undefined || text.trim().toLowerCase() === typed.toLowerCase()

  function close() {
    setText('')
    setProblem(undefined)
    onClose()
  }

  async function go() {
    if (!isReady || isBusy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await onConfirm()
      close()
    } catch (error) {
      setProblem(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      role="alertdialog"
      width="sm:max-w-md"
      keepsOpen
      {...(typed === undefined ? { initialFocus: wayOut } : {})}
    >
      <form
        className="contents"
        onSubmit={(event) => {
          event.preventDefault()
          void go()
        }}
      >
        <DialogBody>
          <div className="flex flex-col gap-2 [overflow-wrap:anywhere]">{children}</div>
          {typed !== undefined && (
            <label className="flex flex-col gap-1.5 text-sm">
              <span>
                Type <strong>{typed}</strong> to confirm
              </span>
              <input
                className="field text-base"
                value={text}
                onChange={(event) => setText(event.target.value)}
                autoComplete="off"
                spellCheck={false}
              />
            </label>
          )}
          <Problem>{problem}</Problem>
        </DialogBody>
        <DialogFooter>
          <Button ref={wayOut} look="quiet" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" look={isDangerous ? 'danger' : 'primary'} isBusy={isBusy} disabled={!isReady}>
            {confirm}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}

import { type ClipboardEvent, type DragEvent, type RefObject, useRef, useState } from 'react'
import { buttonClass } from '../ui/button.tsx'
import { FileIcon } from '../ui/icons.tsx'
import { Problem, sentenceOf } from '../ui/problem.tsx'
import { withInserted } from './pasted-html.ts'

/** What a text field does with files. */
interface AddedFiles {
  /** handlers of the field */
  readonly dropping: {
    readonly onDragOver: (event: DragEvent) => void
    readonly onDrop: (event: DragEvent) => void
  }
  /** @returns whether files were pasted; else the rest of the clipboard is the browser's */
  readonly paste: (event: ClipboardEvent) => boolean
  readonly take: (files: readonly File[]) => void
  readonly isBusy: boolean
  readonly problem: string | undefined
}

/**
 * Lets a field of text take pictures and other files: pasted, dropped or chosen.
 *
 * @param send stores one, and answers what to put into the message
 * @param onText called with the whole text, with that in the place of what is selected
 */
export function useAddedFiles(
  field: RefObject<HTMLTextAreaElement | null>,
  send: (file: File) => Promise<string>,
  onText: (text: string) => void,
): AddedFiles {
  const [waiting, setWaiting] = useState(0)
  const [problem, setProblem] = useState<string>()

  async function add(files: readonly File[]): Promise<void> {
    setProblem(undefined)
    setWaiting((count) => count + files.length)
    for (const file of files) {
      try {
        const markdown = await send(file)
        const { current } = field
        if (current) onText(withInserted(current, spaced(current, markdown)))
      } catch (error) {
        setProblem(`${file.name || 'The file'} was not added. ${sentenceOf(error)}`)
      }
      setWaiting((count) => count - 1)
    }
  }

  return {
    take: (files) => void add(files),
    isBusy: waiting > 0,
    problem,
    paste(event) {
      const files = [...event.clipboardData.files]
      // What is copied from documents has a picture of itself beside its text.
      if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return false
      event.preventDefault()
      void add(files)
      return true
    },
    dropping: {
      onDragOver(event) {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault()
      },
      onDrop(event) {
        const files = [...event.dataTransfer.files]
        if (files.length === 0) return
        event.preventDefault()
        event.stopPropagation()
        void add(files)
      },
    },
  }
}

/** On lines of its own: a picture is a paragraph. */
function spaced({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, markdown: string): string {
  const before = value.slice(0, selectionStart)
  const after = value.slice(selectionEnd)
  const start = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  return `${start}${markdown}${after === '' || after.startsWith('\n') ? '\n' : '\n\n'}`
}

/** Chooses files, for those who neither paste nor drop; says how far they are. */
export function AddFileButton({ files, label }: { readonly files: AddedFiles; readonly label: string }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <span className="flex flex-col gap-2">
      <button
        type="button"
        className={`${buttonClass('quiet', 'small')} self-start`}
        disabled={files.isBusy}
        aria-label={label}
        onClick={() => input.current?.click()}
      >
        <FileIcon className="size-4.5" /> {files.isBusy ? 'Adding…' : 'Add a picture or file'}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        className="hidden"
        aria-label={label}
        onChange={(event) => {
          files.take([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Problem>{files.problem}</Problem>
    </span>
  )
}

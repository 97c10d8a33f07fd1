import { useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { FileIcon } from '../ui/icons.tsx'

/** A place for files, dropped or chosen. */
export function FileDrop({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null): void => {
    if (files && files.length > 0) onFiles([...files])
  }
  return (
    <div
      className={`flex flex-col items-center gap-4 rounded-2xl border-2 border-dashed px-6 py-16 text-center transition-colors ${isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface'}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <span className="flex size-16 items-center justify-center rounded-2xl bg-accent-soft text-accent">
        <FileIcon className="size-8" />
      </span>
      <p className="text-lg font-medium">Drop files here</p>
      <Button look="primary" onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        aria-label="Files with chats"
        className="hidden"
        onChange={(event) => take(event.target.files)}
      />
      <p className="text-sm text-muted">
        Just as you downloaded them: .zip, .json, .jsonl or .md, up to 1 GB.
      </p>
    </div>
  )
}

import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { FileIcon } from '../ui/icons.tsx'
import { leaveDroppedFiles } from './dropped-files.ts'

/** Takes files that are dropped anywhere to the import; a screen with a use of its own for them goes first. */
export function DropAnywhere() {
  const navigate = useNavigate()
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent) => {
      clearTimeout(leaving)
      if (!hasFiles(event)) return
      setOver(!event.defaultPrevented)
      event.preventDefault()
      // There is no event for a drag that ends outside of the window; while it lasts, this one comes again and again.
      leaving = setTimeout(() => setOver(false), 400)
    }
    const drop = (event: DragEvent) => {
      setOver(false)
      if (event.defaultPrevented || !hasFiles(event)) return
      event.preventDefault()
      leaveDroppedFiles([...(event.dataTransfer?.files ?? [])])
      void navigate({ to: '/import' })
    }
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    return () => {
      clearTimeout(leaving)
      window.removeEventListener('dragover', over)
      window.removeEventListener('drop', drop)
    }
  }, [navigate])

  if (!isOver) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-accent-soft/90 p-4">
      <p className="flex items-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-surface px-8 py-10 text-lg font-medium">
        <FileIcon className="size-7 text-accent" /> Drop to import
      </p>
    </div>
  )
}

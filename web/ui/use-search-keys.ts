import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'

/** `/` and Ctrl+K lead to the search of the screen, or to that of all chats. */
export function useSearchKeys(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (!isSearchKey(event) || document.querySelector('[role=dialog], [role=alertdialog]')) return
      event.preventDefault()
      const focused = focusSearch()
      if (!focused) void navigate({ to: '/' }).then(() => requestAnimationFrame(focusSearch))
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [navigate])
}

function isSearchKey({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (key === 'k' && (ctrlKey || metaKey) && !altKey) return true
  const isWriting =
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isWriting
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type=search]')
  field?.focus()
  field?.select()
  return field !== null
}

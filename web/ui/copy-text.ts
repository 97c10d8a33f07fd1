/**
 * Puts text on the clipboard. Text that is still being made counts as well: some browsers allow copying only while
 * a click is handled, and wait for a promise.
 *
 * @returns false where the browser refuses, which it does on pages without https
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  const plain = Promise.resolve(text)
  if (!navigator.clipboard) return copyBySelection(await plain)
  try {
    if (typeof text !== 'string' && typeof ClipboardItem !== 'undefined') {
      const blob = plain.then((value) => new Blob([value], { type: 'text/plain' }))
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
    } else {
      await navigator.clipboard.writeText(await plain)
    }
    return true
  } catch {
    // What the promise threw is somebody else's to tell; only copying itself failed here.
    return copyBySelection(await plain)
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'sr-only'
  // Inside of a dialog, as one keeps the focus to itself.
  const holder = document.activeElement?.closest('[role="dialog"]') ?? document.body
  const focused = document.activeElement
  holder.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isCopied
}

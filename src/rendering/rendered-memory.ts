import { hash } from 'node:crypto'
import { renderPlainText } from './render-plain-text.ts'
import type { RenderedMessage, Renderer } from './renderer.ts'

const MEMORY_CHARS = 16 * 1024 * 1024

/** What took too long is tried again after a minute, and each time after four times as long. */
const RETRY_AFTER_MS = 60_000
const RETRY_FACTOR = 4

interface Remembered {
  readonly rendered: RenderedMessage
  /** how often it took too long */
  readonly overruns: number
  /** epoch milliseconds */
  readonly retryAt: number
}

/**
 * A renderer that remembers what it rendered, bounded by characters: when a chat of 2,000 messages gets one more,
 * one is rendered. It remembers in this process alone, because whole pages are kept in the database: what a restart
 * costs is one rendering of each chat that changes after it.
 *
 * @param now epoch milliseconds
 */
export function rememberRendered(renderer: Renderer, now: () => number = Date.now): Renderer {
  const memory = new Map<string, Remembered>()
  let memoryChars = 0

  function remember(key: string, rendered: RenderedMessage): void {
    const overruns = (memory.get(key)?.overruns ?? 0) + (rendered.isFinal ? 0 : 1)
    forget(key)
    const retryAt = rendered.isFinal ? Infinity : now() + RETRY_AFTER_MS * RETRY_FACTOR ** (overruns - 1)
    // Plain text may be as long as a message, and is made in no time.
    const kept = rendered.isPlain ? { ...rendered, html: '' } : rendered
    memory.set(key, { rendered: kept, overruns, retryAt })
    memoryChars += kept.html.length
    for (const oldest of memory.keys()) {
      if (memoryChars <= MEMORY_CHARS) break
      forget(oldest)
    }
  }

  function forget(key: string): void {
    const entry = memory.get(key)
    if (!entry) return
    memory.delete(key)
    memoryChars -= entry.rendered.html.length
  }

  /** What was used longest ago is at the map's beginning. */
  function recall(key: string, content: string): RenderedMessage | undefined {
    const entry = memory.get(key)
    if (!entry || entry.retryAt <= now()) return undefined
    memory.delete(key)
    memory.set(key, entry)
    const { rendered } = entry
    return rendered.isPlain ? { ...rendered, html: renderPlainText(content) } : rendered
  }

  return {
    async render(messages) {
      const asked = messages.map((message) => {
        // The ids in the HTML begin with the message's own.
        const key = `${message.id} ${hash('sha256', message.content, 'base64url')}`
        return { message, key, known: recall(key, message.content) }
      })
      const missing = asked.filter(({ known }) => known === undefined)
      const rendered =
        missing.length === 0 ? [] : await renderer.render(missing.map(({ message }) => message))
      for (const [index, { key }] of missing.entries()) {
        const made = rendered[index]
        if (made) remember(key, made)
      }
      let made = 0
      return asked.flatMap(({ known }) => known ?? rendered[made++] ?? [])
    },
    warm: () => renderer.warm(),
    close: () => renderer.close(),
  }
}

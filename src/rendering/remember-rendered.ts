import { hash } from 'node:crypto'
import type { RenderedMessage, Renderer } from './renderer.ts'

const MEMORY_CHARS = 16 * 1024 * 1024

/**
 * A renderer that remembers what it rendered, bounded by characters: when a chat of 2,000 messages gets one more,
 * one is rendered. It remembers in this process alone, because whole pages are kept in the database: what a restart
 * costs is one rendering of each chat that changes after it.
 */
export function rememberRendered(renderer: Renderer): Renderer {
  const memory = new Map<string, string>()
  let memoryChars = 0

  function remember(key: string, html: string): void {
    if (memory.has(key)) return
    memory.set(key, html)
    memoryChars += html.length
    for (const [oldest, text] of memory) {
      if (memoryChars <= MEMORY_CHARS) break
      memory.delete(oldest)
      memoryChars -= text.length
    }
  }

  /** What was used longest ago is at the map's beginning. */
  function recall(key: string): string | undefined {
    const html = memory.get(key)
    if (html === undefined) return undefined
    memory.delete(key)
    memory.set(key, html)
    return html
  }

  return {
    async render(messages) {
      const asked = messages.map((message) => {
        // The ids in the HTML begin with the message's own.
        const key = `${message.id} ${hash('sha256', message.content, 'base64url')}`
        return { message, key, html: recall(key) }
      })
      const missing = asked.filter(({ html }) => html === undefined)
      const rendered =
        missing.length === 0 ? [] : await renderer.render(missing.map(({ message }) => message))
      const anew = new Map(missing.map(({ key }, index) => [key, rendered[index]]))
      return asked.map(({ message, key, html }): RenderedMessage => {
        const made = anew.get(key)
        if (made === undefined) return { id: message.id, html: html ?? '', isPlain: false }
        // What took too long once may not do so the next time.
        if (!made.isPlain) remember(key, made.html)
        return made
      })
    },
    close: () => renderer.close(),
  }
}

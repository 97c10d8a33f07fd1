import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { renderPlainText } from './render-plain-text.ts'
import type { MessageToRender, RenderedMessage } from './renderer.ts'

const MEMORY_CHARS = 16 * 1024 * 1024
/** Short ones take more than their text. */
const MOST_MESSAGES = 16 * 1024

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
 * What was rendered, bounded by characters and messages: when a chat of 2,000 messages gets one more, one is rendered. It
 * is the memory of this process alone, because whole pages are kept in the database: what a restart costs is one rendering
 * of each chat that changes after it.
 */
export interface RenderedMemory {
  recall(message: MessageToRender): RenderedMessage | undefined
  /** Remembers what was tried, also that it took too long. */
  remember(message: MessageToRender, rendered: RenderedMessage): void
}

/** @param now epoch milliseconds */
export function createRenderedMemory(now: () => number = Date.now): RenderedMemory {
  const memory = new LRUCache<string, Remembered>({
    max: MOST_MESSAGES,
    maxSize: MEMORY_CHARS,
    sizeCalculation: ({ rendered }) => rendered.html.length + 1,
  })

  return {
    remember(message, rendered) {
      const key = keyOf(message)
      const overruns = (memory.peek(key)?.overruns ?? 0) + (rendered.isFinal ? 0 : 1)
      const retryAt = rendered.isFinal ? Infinity : now() + RETRY_AFTER_MS * RETRY_FACTOR ** (overruns - 1)
      // Plain text may be as long as a message, and is made in no time.
      const kept = rendered.isPlain ? { ...rendered, html: '' } : rendered
      memory.set(key, { rendered: kept, overruns, retryAt })
    },
    recall(message) {
      const entry = memory.get(keyOf(message))
      if (!entry || entry.retryAt <= now()) return undefined
      const { rendered } = entry
      return rendered.isPlain ? { ...rendered, html: renderPlainText(message.content) } : rendered
    },
  }
}

/** They are asked for twice: before and after a message is rendered. */
const keys = new WeakMap<MessageToRender, string>()

/** The ids in the HTML begin with the message's own. */
function keyOf(message: MessageToRender): string {
  const known = keys.get(message)
  if (known !== undefined) return known
  const key = `${message.id} ${hash('sha256', message.content, 'base64url')}`
  keys.set(message, key)
  return key
}

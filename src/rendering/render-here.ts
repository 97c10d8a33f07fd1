import { asPlainText } from './render-plain-text.ts'
import type { MessageToRender, RenderedMessage } from './renderer.ts'
import { workedMs } from './worked-time.ts'

/** Code, diagrams and formulas may take long. */
export const MAY_TAKE_LONG = /```|~~~|\$/

/** Of a call. The worst that is known of so much text takes 4 ms, ordinary text a few tenths of one. */
const MOST_CHARS = 2_000

/** What calls take beyond so much is added up. */
const ORDINARY_MS = 1
/** While it is more than this, all are for a worker. */
const MOST_BEYOND_MS = 50
/** It is forgotten at this rate: strangers' texts keep this thread from its work for a tenth of the time at most. */
const FORGOTTEN = 0.1

/**
 * Renders what is small in the thread that asks.
 *
 * @returns undefined where it is for a worker: what isn't small, may take long, or comes after too much that took long
 */
export type RenderHere = (messages: readonly MessageToRender[]) => Promise<RenderedMessage[] | undefined>

/**
 * Most chats are small, and handing one over to a worker takes several times as long as rendering it. See
 * docs/decisions/0033-small-chats-are-rendered-at-once.md.
 *
 * @param clocks milliseconds: what time it is, and how long this thread has worked. Others may have the processor meanwhile
 */
export function createRenderHere(
  clocks: { readonly now: () => number; readonly worked: () => number } = {
    now: () => performance.now(),
    worked: workedMs,
  },
): RenderHere {
  const { now, worked } = clocks
  let beyond = 0
  let beyondAt = now()

  function addBeyond(ms: number): void {
    const at = now()
    beyond = Math.max(0, beyond - (at - beyondAt) * FORGOTTEN) + ms
    beyondAt = at
  }

  return async (messages) => {
    const chars = messages.reduce((sum, { content }) => sum + content.length, 0)
    if (chars > MOST_CHARS || messages.some(({ content }) => MAY_TAKE_LONG.test(content))) return undefined
    // Only now: a server that nobody reads stays small.
    const { renderMessage } = await import('./render-message.ts')
    addBeyond(0)
    if (beyond > MOST_BEYOND_MS) return undefined
    const began = worked()
    // All of it is done at once: only grammars are waited for, which fences alone need.
    const renderings = messages.map(({ id, content }) => renderMessage(content, { idPrefix: `m${id}` }))
    addBeyond(Math.max(0, worked() - began - ORDINARY_MS))
    const made = await Promise.allSettled(renderings)
    return messages.map((message, index) => {
      const one = made[index]
      return one?.status === 'fulfilled'
        ? { id: message.id, ...one.value, isPlain: false }
        : asPlainText(message, true)
    })
  }
}

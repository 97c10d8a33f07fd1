import type { Env } from 'markdown-it'
import { escapeHtml } from '../escape-html.ts'
import { highlight } from './highlight.ts'

/** What all the code of one message may take to highlight: characters, and milliseconds. The rest has one colour. */
const highlightBudget = { characters: 200_000, time: 1_000 }

/** A grammar that is still being compiled may give up a line after half a second, and says so to nobody. */
const slowBlock = 500

const spentBy = new WeakMap<Env, { characters: number; time: number }>()

/**
 * Code as HTML in the classes of the theme, as long as its message has time left.
 * Sets `env.isHurried` where code may have lost colours for lack of time.
 */
export function highlightWithin(env: Env, code: string, name: string): string {
  const spent = spentBy.get(env) ?? { characters: 0, time: 0 }
  if (spent.characters + code.length > highlightBudget.characters) return escapeHtml(code)
  // A slow machine that meets many languages for the first time still shows the message in time.
  if (spent.time > highlightBudget.time) {
    env['isHurried'] = true
    return escapeHtml(code)
  }
  const start = performance.now()
  const html = highlight(code, name)
  const time = performance.now() - start
  if (time > slowBlock) env['isHurried'] = true
  spentBy.set(env, { characters: spent.characters + code.length, time: spent.time + time })
  return html
}

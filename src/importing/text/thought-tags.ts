import type { LeftOut, ReadOptions } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { quotedReasoning, toolBlock } from './markdown-blocks.ts'
import { replaceTagged } from './tagged-text.ts'

/**
 * A text without what programs write into it as tags: thoughts as quotes, and calls of tools as SpecStory has them, which
 * stay out unless they are wanted. Text that has no such tag comes back as it is.
 */
export function withoutTags(text: string, leftOut: LeftOut, options: ReadOptions): string {
  let cleaned = text
  for (const tag of ['think', 'thinking'])
    if (cleaned.startsWith(`<${tag}`)) cleaned = replaceTagged(cleaned, tag, (_, inside) => thought(inside))
  if (cleaned.includes('<tool-use')) {
    cleaned = replaceTagged(cleaned, 'tool-use', (_, inside) => {
      if (options.includeTools === true) return toolBlock('Tool', withoutFold(inside))
      leaveOut(leftOut, 'tool call')
      return ''
    })
  }
  return cleaned.trim()
}

function thought(inside: string): string {
  const said = withoutFold(inside)
  return said === '' ? '' : `${quotedReasoning(said)}\n\n`
}

/** Without `<details><summary>…</summary>` around it. */
function withoutFold(text: string): string {
  const bare = replaceTagged(text, 'summary', () => '')
  return bare.replaceAll('<details>', '').replaceAll('</details>', '').trim()
}

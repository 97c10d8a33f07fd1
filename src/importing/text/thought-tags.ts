import type { LeftOut, ReadOptions } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { quotedReasoning } from './markdown-blocks.ts'
import { insideTag, replaceTagged } from './tagged-text.ts'
import { callBlock, resultBlock } from './tool-blocks.ts'

/**
 * A text without what programs write into it as tags: thoughts as quotes, and calls of tools as SpecStory has them from
 * agents, as blocks unless they are to stay out. Text that has no such tag comes back as it is.
 */
export function withoutTags(text: string, leftOut: LeftOut, options: ReadOptions): string {
  let cleaned = text
  for (const tag of ['think', 'thinking'])
    if (cleaned.startsWith(`<${tag}`)) cleaned = replaceTagged(cleaned, tag, (_, inside) => thought(inside))
  if (cleaned.includes('<tool-use')) {
    cleaned = replaceTagged(cleaned, 'tool-use', (attributes, inside) => {
      const [, name = 'Tool'] = /data-tool-name="([^"]{1,64})"/.exec(attributes) ?? []
      if (options.includeTools !== false) return callOf(name, inside)
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

/** What was asked stands in the fold's summary; what came back in it. */
function callOf(name: string, inside: string): string {
  const summary = (insideTag(inside, 'summary') ?? '').trim()
  const [, asked = summary] = /`([^`]+)`$/.exec(summary) ?? []
  const result = withoutFold(inside).replace(/^```[^\n]*\n([^]*?)\n?```$/, '$1')
  return [callBlock(name, asked), ...(result === '' ? [] : [resultBlock(result)]), ''].join('\n\n')
}

/** Without `<details><summary>…</summary>` around it. */
function withoutFold(text: string): string {
  const bare = replaceTagged(text, 'summary', () => '')
  return bare.replaceAll('<details>', '').replaceAll('</details>', '').trim()
}

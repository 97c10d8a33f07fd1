import { cutAt } from './clean-text.ts'

/** A fenced block whose fence is longer than any in the text, so that nothing in it ends it. */
export function fenced(text: string, language = ''): string {
  let longest = 0
  for (const run of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run[0].length)
  const fence = '`'.repeat(Math.max(3, longest + 1))
  const info = /^[\w+#.-]{1,30}$/.test(language) ? language : ''
  return `${fence}${info}\n${text.replace(/\n$/, '')}\n${fence}`
}

/** What a model thought before it spoke, as a quote apart from the answer. */
export function quotedReasoning(text: string, title = 'Reasoning'): string {
  const body = text.trim()
  const lines = body === '' ? [`**${title}**`] : [`**${title}**`, '', ...body.split('\n')]
  return lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')
}

/** A file's text under its name. */
export function quotedFile(name: string, text: string): string {
  const ending = /\.(\w{1,10})$/.exec(name)?.[1] ?? ''
  return `**File: ${inline(name)}**\n\n${fenced(text, ending.toLowerCase())}`
}

/** The note that stands where something was that a text can't show: `[image: sunset.png]`. */
export function noteOf(what: string, name?: string): string {
  return name === undefined || name.trim() === '' ? `*[${what}]*` : `*[${what}: ${inline(name)}]*`
}

/** Blocks with a blank line between them; empty ones fall away. */
export function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block.trim() !== '').join('\n\n')
}

function inline(text: string): string {
  return cutAt(text.replace(/[\s*[\]`<>]+/g, ' ').trim(), 200)
}

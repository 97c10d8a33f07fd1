import type { ChatDraft, LeftOut, TextFormat } from '../../imported-chat.ts'
import { linesOfCode } from '../../text/code-lines.ts'
import { withoutExporterLines } from '../../text/exporter-lines.ts'
import { startTurns } from '../../turns.ts'
import { readHead } from '../markdown.ts'

/** A section for each exchange, "## chat-1", in which the question is a quote and the answer what follows it. */
export const numberedSections: TextFormat = { name: 'Markdown', read }

const heading =
  /^#{1,4} (?:chat|turn|exchange|round|conversation|message|q&a|question|prompt)[ -]?#?\d{1,6}\b[^\n]{0,80}$/i

function read(text: string): ChatDraft[] | undefined {
  const lines = text.split(/\r?\n/)
  const code = linesOfCode(lines)
  const starts = [...lines.keys()].filter(
    (at) => !code.has(at) && heading.test((lines[at] ?? '').slice(0, 120)),
  )
  const exchanges = starts.map((at, index) =>
    exchangeOf(lines.slice(at + 1, starts[index + 1] ?? lines.length)),
  )
  const [first] = starts
  if (first === undefined || exchanges.some((exchange) => exchange === undefined)) return undefined
  const leftOut: LeftOut = {}
  const turns = startTurns([])
  const known = exchanges.filter((exchange) => exchange !== undefined)
  for (const { asked, answered } of known) {
    turns.say('user', asked, undefined)
    turns.say('assistant', answered, undefined)
  }
  const contents = /^#{1,6} table of contents/i
  const head = lines.slice(0, first)
  const end = head.findIndex((line) => contents.test(line))
  return [
    {
      source: 'markdown',
      ...readHead(end === -1 ? head : head.slice(0, end), leftOut),
      messages: turns.messages,
      leftOut,
    },
  ]
}

/** The quote that the section begins with, and the rest. */
function exchangeOf(section: readonly string[]): { asked: string; answered: string } | undefined {
  const start = section.findIndex((line) => line.trim() !== '')
  if (start === -1 || !section[start]?.startsWith('>')) return undefined
  const length = section.slice(start).findIndex((line) => !line.startsWith('>'))
  const end = length === -1 ? section.length : start + length
  const asked = section.slice(start, end).map((line) => line.replace(/^> ?/, ''))
  const [said] = withoutExporterLines([section.slice(end)])
  return { asked: asked.join('\n').trim(), answered: (said?.lines ?? []).join('\n') }
}

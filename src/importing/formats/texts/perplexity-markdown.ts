import type { ChatDraft, LeftOut, TextFormat } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { linesOfCode } from '../../text/code-lines.ts'
import { withoutExporterLines } from '../../text/exporter-lines.ts'
import { startTurns } from '../../turns.ts'

/**
 * A thread as Perplexity exports it to Markdown: its logo, then for each question a heading of the first level, the
 * answer, and the sources as footnotes behind ⁂.
 */
export const perplexityMarkdown: TextFormat = { name: 'Perplexity', read }

function read(text: string): ChatDraft[] | undefined {
  const head = text.slice(0, 2000)
  if (!/^\s{0,20}<img [^>]{0,300}(?:r2cdn\.perplexity\.ai|pplx-)/.test(head)) return undefined
  const lines = text.split(/\r?\n/)
  const code = linesOfCode(lines)
  const starts = [...lines.keys()].filter(
    (at) => !code.has(at) && lines[at]?.startsWith('# ') && isAfterRule(lines, at),
  )
  if (starts.length === 0) return undefined
  const leftOut: LeftOut = {}
  const turns = startTurns([])
  const answers = starts.map((at, index) => lines.slice(at + 1, starts[index + 1] ?? lines.length))
  const said = withoutExporterLines(answers.map((answer) => withoutSources(answer, leftOut)))
  for (const [index, at] of starts.entries()) {
    turns.say('user', (lines[at] ?? '').slice(2).trim(), undefined)
    turns.say('assistant', (said[index]?.lines ?? []).join('\n').trim(), undefined)
  }
  return [{ source: 'perplexity', usualModel: 'Perplexity', messages: turns.messages, leftOut }]
}

/** A heading in an answer isn't a question: those stand at the beginning and behind a rule. */
function isAfterRule(lines: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 5); before--) {
    const line = (lines[before] ?? '').trim()
    if (line !== '') return line.startsWith('<img') || line === '---'
  }
  return at < 5
}

function withoutSources(lines: readonly string[], leftOut: LeftOut): string[] {
  const end = lines.findIndex((line) => line.includes('⁂') && line.trim().length < 100)
  const kept = end === -1 ? lines : lines.slice(0, end)
  leaveOut(leftOut, 'source', lines.length - kept.length > 0 ? countSources(lines.slice(kept.length)) : 0)
  return kept.map((line) =>
    line.replace(/<span style="display:none">[^<]{0,2000}<\/span>/g, '').replace(/ ?\[\^[\d_]{1,12}\]/g, ''),
  )
}

function countSources(lines: readonly string[]): number {
  return lines.filter((line) => line.startsWith('[^')).length
}

import { visibleText } from '../plain-excerpt.ts'
import { withoutTerminalEscapes } from './terminal-escapes.ts'

const lastChars = 3_000
const lastLines = 30
const longestLine = 300
const longestNote = 60

/**
 * What the end of a command's output tells, in a few words: "69 passing, 1 failing", "3 errors", or the output itself
 * if it is one short line. Empty where it tells nothing.
 */
export function resultNote(output: string): string {
  const lines = withoutTerminalEscapes(output.slice(-lastChars))
    .trim()
    .split('\n')
    .slice(-lastLines)
    .filter((line) => line.length <= longestLine)
  const passing = lastNumber(lines, [/\b(\d{1,7}) pass(?:ed|ing)\b/, /^\W{0,3}pass (\d{1,7})$/])
  const failing = lastNumber(lines, [/\b(\d{1,7}) fail(?:ed|ing)\b/, /^\W{0,3}fail (\d{1,7})$/])
  if (passing !== undefined || failing) {
    return [passing !== undefined && `${passing} passing`, failing && `${failing} failing`]
      .filter(Boolean)
      .join(', ')
  }
  const problems = lastMatch(lines, /\b(\d{1,7} (?:errors?|problems?|vulnerabilities))\b/)
  if (problems !== undefined) return problems
  const only = visibleText(output.length <= longestNote * 2 ? output : '')
  return !output.trim().includes('\n') && only.length <= longestNote ? only : ''
}

/** The first words of what a failed call answered. */
export function failureNote(output: string): string {
  const first = visibleText(output.slice(0, 500).trimStart().split('\n', 1)[0] ?? '').replace(/^Exit/, 'exit')
  return first.length > longestNote * 1.5 ? `${first.slice(0, longestNote * 1.5).trimEnd()}…` : first
}

function lastNumber(lines: readonly string[], patterns: readonly RegExp[]): number | undefined {
  for (const pattern of patterns) {
    const found = lastMatch(lines, pattern)
    if (found !== undefined) return Number(found)
  }
  return undefined
}

function lastMatch(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines.toReversed()) {
    const found = pattern.exec(line)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

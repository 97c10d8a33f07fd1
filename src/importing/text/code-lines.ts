import { speakerLineOf } from './speaker-lines.ts'

type Fence = {
  readonly at: number
  readonly sign: string
  readonly length: number
  readonly isNamed: boolean
}

/**
 * Which lines stand in fenced code, where nobody speaks. Models put fences into fences of the same length, which
 * CommonMark doesn't know: a fence that names a language opens one more, as long as all of them are closed in the end.
 * A fence that nothing closes is no fence. One may begin on a speaker's own line.
 */
export function linesOfCode(lines: readonly string[]): ReadonlySet<number> {
  const fences = lines.flatMap((line, at) => fenceOf(line, at) ?? [])
  const code = new Set<number>()
  let mayNest = true
  /** From which length on nothing closes a fence of a sign any more. */
  const unclosed = new Map<string, number>()
  for (let first = 0; first < fences.length;) {
    const nested = mayNest ? endOfNested(fences, first) : undefined
    if (nested === undefined) mayNest = false
    const from = fences[first]
    const isHopeless = from !== undefined && from.length >= (unclosed.get(from.sign) ?? Infinity)
    const last = nested ?? (isHopeless ? undefined : endOfFlat(fences, first))
    if (from !== undefined && last === undefined && !isHopeless) unclosed.set(from.sign, from.length)
    const to = last === undefined ? undefined : fences[last]
    if (from === undefined || last === undefined || to === undefined) {
      first++
      continue
    }
    // Its first line may be a speaker's.
    for (let within = from.at + 1; within <= to.at; within++) code.add(within)
    first = last + 1
  }
  return code
}

function fenceOf(line: string, at: number): Fence | undefined {
  const isPossible = line.includes('```') || line.includes('~~~')
  if (!isPossible) return undefined
  const speaker = speakerLineOf(line)
  return readFence(line, at) ?? (speaker?.role === undefined ? undefined : readFence(speaker.rest, at))
}

function readFence(line: string, at: number): Fence | undefined {
  const found = /^\s{0,24}(?:[-*+] {1,3}|\d{1,3}[.)] {1,3})?(`{3,}|~{3,})([^\n]{0,200})/.exec(
    line.slice(0, 400),
  )
  if (found === null) return undefined
  const [, fence = '', info = ''] = found
  if (fence.startsWith('`') && info.includes('`')) return undefined
  return { at, sign: fence.charAt(0), length: fence.length, isNamed: info.trim() !== '' }
}

function closes(fence: Fence, opened: Fence): boolean {
  return fence.sign === opened.sign && fence.length >= opened.length && !fence.isNamed
}

/** The index of the fence that ends the one at `first` and all within it. */
function endOfNested(fences: readonly Fence[], first: number): number | undefined {
  const open: Fence[] = []
  for (let at = first; at < fences.length; at++) {
    const fence = fences[at]
    const innermost = open.at(-1)
    if (fence === undefined) return undefined
    if (innermost !== undefined && closes(fence, innermost)) open.pop()
    else if (innermost === undefined || fence.isNamed) open.push(fence)
    if (open.length === 0) return at
  }
  return undefined
}

/** As CommonMark has it; only asked where fences don't nest, and then finds the end soon or the rest has none. */
function endOfFlat(fences: readonly Fence[], first: number): number | undefined {
  const opened = fences[first]
  if (opened === undefined) return undefined
  for (let at = first + 1; at < fences.length; at++) {
    const fence = fences[at]
    if (fence !== undefined && closes(fence, opened)) return at
  }
  return undefined
}

/** `secret`: what opens something. `trace`: what tells who and where somebody is. */
export type FindingKind = 'secret' | 'trace'

/** Something in a text that better isn't shown to others. */
export interface Finding {
  readonly kind: FindingKind
  /** such as `github-token` */
  readonly rule: string
  /** what it is, for people: `GitHub token` */
  readonly label: string
  /** where it begins and ends in the text, in UTF-16 units */
  readonly start: number
  readonly end: number
  /** how many of its first characters say what it is and nothing else, as `ghp_` does */
  readonly shown?: number
}

/**
 * Findings in the order of the text, none overlapping another: of those that do, a secret counts before a trace, and
 * the one that says more exactly what it is before the others. It reaches over all of them.
 */
export function withoutOverlaps(found: readonly Finding[]): Finding[] {
  const kept: Finding[] = []
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (!last || one.start >= last.end) kept.push(one)
    else kept[kept.length - 1] = merged(last, one)
  }
  return kept
}

function merged(first: Finding, second: Finding): Finding {
  if (first.kind !== second.kind) {
    const secret = first.kind === 'secret' ? first : second
    return { ...secret, start: Math.min(first.start, second.start), end: Math.max(first.end, second.end) }
  }
  const named = rank(second) > rank(first) ? second : first
  const { shown: _, ...what } = named
  const isWhole = named.start <= first.start
  const shown = isWhole && named.shown !== undefined ? { shown: named.shown } : {}
  return { ...what, ...shown, start: first.start, end: Math.max(first.end, second.end) }
}

/** A token with a prefix of its own says more than `password = …` around it. */
function rank({ shown }: Finding): number {
  return shown ?? 0
}

/** Stands for what isn't shown, however long that is. */
const MASK = '••••••••'
const CONTEXT_CHARS = 32

/**
 * The line around a finding with all of it masked, and nothing of other findings.
 *
 * @param found all findings of the text, in its order
 * @param index which of them
 */
export function maskedExcerpt(text: string, found: readonly Finding[], index: number): string {
  const { start, end, shown = 0 } = found[index] ?? { start: 0, end: 0 }
  const from = Math.max(found[index - 1]?.end ?? 0, start - CONTEXT_CHARS)
  const to = Math.min(found[index + 1]?.start ?? text.length, end + CONTEXT_CHARS)
  const before = text.slice(from, start).split('\n').at(-1) ?? ''
  const after = text.slice(end, to).split('\n')[0] ?? ''
  return `${before}${text.slice(start, start + shown)}${MASK}${after}`.toWellFormed().trim()
}

/** Stands in a text for what was taken out of it. */
const REDACTED = '[redacted]'

/** A text without what was found in it. @param found in the text's order */
export function redacted(text: string, found: readonly Pick<Finding, 'start' | 'end'>[]): string {
  let result = ''
  let from = 0
  for (const { start, end } of found) {
    result += text.slice(from, start) + REDACTED
    from = end
  }
  return result + text.slice(from)
}

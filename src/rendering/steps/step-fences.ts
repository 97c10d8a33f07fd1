/**
 * What a fenced block of a message means to our pages: a thought, what was asked of a tool, or what came back from it.
 * To every other reader of Markdown it is code.
 */
export type StepFence =
  | { readonly kind: 'thinking' }
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'result'; readonly isError: boolean }

const longestName = 100

/** Reads what follows the opening fence: `thinking`, `tool NAME`, `result` or `result error`. */
export function readStepFence(info: string): StepFence | undefined {
  const words = info
    .slice(0, 2 * longestName)
    .trim()
    .split(/\s+/)
  const [kind, first] = words
  if (kind === 'thinking' && words.length === 1) return { kind }
  if (kind === 'tool' && first !== undefined) {
    return { kind, name: words.slice(1).join(' ').slice(0, longestName) }
  }
  if (kind === 'result' && words.length === 1) return { kind, isError: false }
  if (kind === 'result' && words.length === 2 && first === 'error') return { kind, isError: true }
  return undefined
}

/** Lines that may open or close a fence: at most three spaces, then at least three marks. */
const fenceLines = /^ {0,3}(`{3,}|~{3,})(.{0,300})/gm

/** A message has a thousand steps, perhaps; what has more fences was made to take time. */
const mostFences = 10_000

/**
 * A message's text without its tools and thoughts, for excerpts and guesses of its height. It finds fences and reads no
 * Markdown, so a block inside a list counts as well. Cheap enough for the event loop.
 *
 * @param mostChars stops reading once there is so much text
 */
export function textWithoutSteps(content: string, mostChars = Infinity): string {
  let text = ''
  let textFrom = 0
  let open: { readonly mark: string; readonly length: number; readonly isStep: boolean } | undefined
  let fences = 0
  for (const { index, 0: line, 1: marks = '', 2: rest = '' } of content.matchAll(fenceLines)) {
    const isEnough = !open?.isStep && text.length + index - textFrom >= mostChars
    if (isEnough || ++fences > mostFences) break
    const mark = marks.slice(0, 1)
    if (open) {
      if (mark !== open.mark || marks.length < open.length || rest.trim() !== '') continue
      if (open.isStep) textFrom = index + line.length
      open = undefined
    } else if (mark === '~' || !rest.includes('`')) {
      const isStep = readStepFence(rest) !== undefined
      const between = isStep ? content.slice(textFrom, index) : ''
      // Empty lines between steps are no text, or a thousand calls would look like a long answer.
      if (between.trim() !== '') text += between
      open = { mark, length: marks.length, isStep }
    }
  }
  const left = Math.max(0, mostChars - text.length)
  return open?.isStep ? text.slice(0, mostChars) : text + content.slice(textFrom, textFrom + left)
}

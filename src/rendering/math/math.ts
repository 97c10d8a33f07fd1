import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'
import { renderTex } from './render-tex.ts'
import { forToken } from '../markdown/renderer-rule.ts'

/**
 * Math as chats write it: `$…$` and `\(…\)` in the text, `$$…$$` and `\[…\]` standing alone.
 *
 * A formula ends at the next mark of its kind, or it is none: each search stops where the next one would begin,
 * so that a message of a million dollar signs takes linear time.
 */
export function renderMath(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math_brackets', inlineBrackets)
  markdown.inline.ruler.after('escape', 'math_dollars', inlineDollars)
  markdown.block.ruler.before('fence', 'math_block', mathBlock, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  })
  markdown.renderer.rules['math_inline'] = forToken((token) =>
    renderTex(token.content, token.meta?.['display'] === true),
  )
  markdown.renderer.rules['math_block'] = forToken((token) => `<p>${renderTex(token.content, true)}</p>\n`)
}

/** `\(…\)`, and `\[…\]` in the midst of a text. */
function inlineBrackets(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== '\\') return false
  const open = state.src[state.pos + 1]
  if (open !== '(' && open !== '[') return false
  const end = closingBracket(state.src, state.pos + 2, state.posMax, open)
  if (end === undefined || (open === '[' && isBracketedWord(state.src.slice(state.pos + 2, end))))
    return false
  return pushMath(state, silent, state.pos + 2, end, 2, open === '[')
}

/** `\[1\]` or `\[sic\]`: brackets escaped the way Markdown has it, and no formula worth a line of its own. */
function isBracketedWord(tex: string): boolean {
  return /^[\p{L}\p{N} .,]*$/u.test(tex)
}

/** Where `\)` or `\]` stands, before the next of its opening kind. Reads pairs, so that `\\)` is no end. */
function closingBracket(source: string, from: number, max: number, open: '(' | '['): number | undefined {
  const close = open === '(' ? ')' : ']'
  const escapes = /\\([\s\S])/g
  escapes.lastIndex = from
  for (let match = escapes.exec(source); match && match.index + 2 <= max; match = escapes.exec(source)) {
    if (match[1] === close) return match.index
    if (match[1] === open) return undefined
  }
  return undefined
}

/** `$…$` and `$$…$$`. A single dollar sign is money unless it hugs its formula on the inside (Pandoc's rule). */
function inlineDollars(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (src[pos] !== '$') return false
  if (src[pos + 1] === '$') {
    const end = closingDollars(src, '$$', pos + 2, posMax)
    return end !== undefined && pushMath(state, silent, pos + 2, end, 2, true)
  }
  if (/\s/.test(src[pos + 1] ?? ' ') || /[\p{L}\p{N}]/u.test(src[pos - 1] ?? ' ')) return false
  const end = closingDollars(src, '$', pos + 1, posMax)
  if (end === undefined || /\s/.test(src[end - 1] ?? ' ') || isAmidWord(src.slice(end + 1, end + 4)))
    return false
  if (isPriceList(src.slice(pos + 1, end))) return false
  return pushMath(state, silent, pos + 1, end, 1, false)
}

/** `$5, or 10$`: a number, then words, and nothing that makes a formula. */
function isPriceList(text: string): boolean {
  return /^\d[^\\^_={}+]*?\s\p{L}{2}/u.test(text)
}

/** Whether more of a word follows a closing dollar sign, as in `$HOME:$PATH`; `$n$th` and `$x$s` are formulas. */
function isAmidWord(after: string): boolean {
  return /^[\p{L}\p{N}]/u.test(after) && !/^(?:st|nd|rd|th|s)(?![\p{L}\p{N}])/u.test(after)
}

function closingDollars(source: string, mark: '$' | '$$', from: number, max: number): number | undefined {
  for (let index = source.indexOf(mark, from); index >= 0 && index + mark.length <= max;) {
    let backslashes = 0
    while (source[index - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return index
    index = source.indexOf(mark, index + 1)
  }
  return undefined
}

function pushMath(
  state: StateInline,
  silent: boolean,
  start: number,
  end: number,
  markLength: number,
  display: boolean,
): boolean {
  const tex = state.src.slice(start, end)
  if (tex.trim() === '') return false
  if (!silent) {
    const token = state.push('math_inline', '', 0)
    token.content = tex
    token.meta = { display }
  }
  state.pos = end + markLength
  return true
}

/** `$$` or `\[` at the beginning of a line to its closing mark at the end of one: Markdown's marks mean nothing between. */
function mathBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
  const open = state.src.slice(start, start + 2)
  if (open !== '$$' && open !== '\\[') return false
  const close = open === '$$' ? '$$' : '\\]'

  for (let line = startLine; line < endLine; line++) {
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line)) return false
    const from = line === startLine ? start + 2 : (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
    const text = state.src.slice(from, state.eMarks[line])
    const closeAt = text.indexOf(close)
    if (closeAt < 0) {
      if (text.includes(open)) return false
      continue
    }
    if (text.slice(closeAt + 2).trim() !== '') return false
    if (line === startLine && close === '\\]' && isBracketedWord(text.slice(0, closeAt))) return false
    if (silent) return true

    const firstLine = state.src.slice(start + 2, state.eMarks[startLine])
    const tex =
      line === startLine
        ? text.slice(0, closeAt)
        : `${firstLine}\n${state.getLines(startLine + 1, line, state.blkIndent, true)}${text.slice(0, closeAt)}`
    const token = state.push('math_block', '', 0)
    token.block = true
    token.content = tex
    token.map = [startLine, line + 1]
    state.line = line + 1
    return true
  }
  return false
}

import { renderToString } from 'katex'
import { escapeHtml } from '../escape-html.ts'
import { mathLetter } from './math-letters.ts'

/** Longer formulas are shown as they were typed. */
const maxTexLength = 5_000

/** As TeX has it between an ordinary symbol and a function's name. */
const THIN_SPACE = '<mspace width="0.1667em"></mspace>'

/** A formula that may be wider than a phone: its box can be reached by the keyboard to scroll. */
const longTex = 30

/**
 * TeX as MathML, in an element of class `math` (`math math-display` for one that stands alone). TeX that KaTeX
 * doesn't understand comes back as code, so that the reader sees what was typed.
 */
export function renderTex(tex: string, display: boolean): string {
  const mathml = tex.length > maxTexLength ? undefined : mathMl(tex, display)
  if (mathml === undefined) return `<code class="math-source">${escapeHtml(tex)}</code>`
  if (!display) return `<span class="math">${mathml}</span>`
  return `<span class="math math-display"${tex.length > longTex ? ' tabindex="0"' : ''}>${mathml}</span>`
}

function mathMl(tex: string, display: boolean): string | undefined {
  try {
    const html = renderToString(tex, {
      output: 'mathml',
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      errorColor: 'currentcolor',
      maxExpand: 500,
      maxSize: 10,
    })
    return cleanMathMl(html)
  } catch {
    // A parse error, or a stack overflow by thousands of braces.
    return undefined
  }
}

/**
 * Takes the `<math>` out of KaTeX's wrapper, without the TeX source in it, without any attribute that styles,
 * names or links (none is expected: KaTeX runs untrusted), with letters that browsers show, and with the thin spaces
 * around the names of functions that TeX has and browsers leave out: n log n.
 * KaTeX escapes `& < > " '` in text and attributes, so these patterns only ever see its own tags.
 */
function cleanMathMl(html: string): string {
  const start = html.indexOf('<math')
  const end = html.lastIndexOf('</math>')
  return withRowsInTokens(html.slice(start, end + '</math>'.length))
    .replace(/<annotation[^>]*>[^<]*<\/annotation>/g, '')
    .replace(/<(\/?)semantics>/g, '<$1mrow>')
    .replace(
      /(?<=<\/m(?:i|n|sub|sup|subsup|frac|sqrt)>)(?=<mi>\p{L}{2,}<\/mi><mo>\u2061<\/mo>)/gu,
      THIN_SPACE,
    )
    .replace(/(?<=<mo>\u2061<\/mo>)(?=<m(?:i|n|sub|sup|subsup|frac|sqrt)\b)/g, THIN_SPACE)
    .replace(/ (?:style|class|id|href|src|title|alt|xmlns)="[^"]*"/g, '')
    .replace(
      /<(m[ion]|mtext)([^<>]*) mathvariant="([a-z-]+)"([^<>]*)>([^<]*)/g,
      (tag, name: string, before: string, variant: string, after: string, text: string) =>
        variant === 'normal' ? tag : `<${name}${before}${after}>${inAlphabet(text, variant)}`,
    )
}

/**
 * Makes a row of each token element (`mi`, `mo`, `mn`, `mtext`) that holds elements, as KaTeX has it for
 * `\operatorname{x_1}`: what stands in a token is HTML for browsers, and no math.
 */
function withRowsInTokens(mathml: string): string {
  const parts = mathml.split(/(<[^<>]*>)/)
  const open: { readonly at: number; isToken: boolean; isRow: boolean }[] = []
  for (const [at, part] of parts.entries()) {
    if (part.startsWith('</')) {
      if (open.pop()?.isRow === true) parts[at] = '</mrow>'
    } else if (part.startsWith('<') && !part.endsWith('/>')) {
      const parent = open.at(-1)
      if (parent?.isToken === true && !parent.isRow) {
        parts[parent.at] = '<mrow>'
        parent.isRow = true
      }
      open.push({ at, isToken: /^<m(?:[ion]|text)[ >]/.test(part), isRow: false })
    }
  }
  return parts.join('')
}

/** Changes letters and leaves character references (`&lt;`) whole. */
function inAlphabet(text: string, variant: string): string {
  return text.replace(/&[^;&]*;|./gsu, (part) => (part.length > 2 ? part : mathLetter(part, variant)))
}

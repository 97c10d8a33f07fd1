import { embedded, pulledOutId } from '../embedded-files.ts'
import { fenced, joinBlocks, noteOf } from '../text/markdown-blocks.ts'
import { findIn, hasClass, type HtmlElement, type HtmlNode, parseHtml, textIn } from './parse-html.ts'

/** A piece of a page as Markdown: what is said, without what only serves the page. */
export function htmlToMarkdown(html: string): string {
  return markdownOf(parseHtml(html))
}

/** An element's content as Markdown. */
export function markdownOf(element: HtmlElement): string {
  return joinBlocks(withoutLabels(blocksOf(element.children)))
}

const skipped = new Set(
  'script style head title template noscript button svg select input textarea object embed iframe canvas audio video nav dialog'.split(
    ' ',
  ),
)
const containers = new Set(
  `body html main article section div header footer aside figure figcaption form fieldset details summary p address center
  h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre blockquote table hr`.split(/\s+/),
)

/** What buttons and hints of pages say, where it was copied along. */
const labels =
  /^(?:copy(?: code| table| text| message| to clipboard)?|copied!?|edit|run|share|regenerate|retry|read aloud|good response|bad response|code kopieren|kopieren|copier(?: le code)?|copiar(?: código)?|copia(?: codice)?|复制代码|複製程式碼|コードをコピーする|코드 복사|(?:thought|reasoned|nachgedacht) (?:for|about|f.r)? ?.{0,20}|show (?:more|less|thinking))$/i

function isSkipped({ tag, attributes }: HtmlElement): boolean {
  return skipped.has(tag) || attributes['aria-hidden'] === 'true' || attributes['hidden'] !== undefined
}

function isBlock(node: HtmlNode): boolean {
  if (typeof node === 'string') return false
  // A link or a span around blocks is as good as a block.
  return containers.has(node.tag) || (!isMath(node) && !isInlineByNature(node) && node.children.some(isBlock))
}

function isInlineByNature({ tag }: HtmlElement): boolean {
  return tag === 'code' || tag === 'img' || tag === 'br' || tag === 'math'
}

/** Paragraphs and other blocks, each a text. */
function blocksOf(nodes: readonly HtmlNode[]): string[] {
  const blocks: string[] = []
  let inline: HtmlNode[] = []
  const endParagraph = (): void => {
    const text = paragraphOf(inline)
    if (text !== '') blocks.push(text)
    inline = []
  }
  for (const node of nodes) {
    if (typeof node !== 'string' && isSkipped(node)) continue
    if (!isBlock(node) || typeof node === 'string') inline.push(node)
    else {
      endParagraph()
      blocks.push(...blockOf(node))
    }
  }
  endParagraph()
  return blocks
}

function paragraphOf(nodes: readonly HtmlNode[]): string {
  const text = inlineOf(nodes)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim()
  return text.replace(/^(?:[-+>]|#{1,6}|\d{1,9}[.)])(?= )/, (sign) => escapedStart(sign))
}

function escapedStart(sign: string): string {
  return /^\d/.test(sign) ? `${sign.slice(0, -1)}\\${sign.slice(-1)}` : `\\${sign}`
}

function blockOf(element: HtmlElement): string[] {
  const { tag, children } = element
  if (/^h[1-6]$/.test(tag)) {
    const title = inlineOf(children).replace(/\s+/g, ' ').trim()
    return title === '' ? [] : [`${'#'.repeat(Number(tag.slice(1)))} ${title}`]
  }
  if (tag === 'pre') return codeBlockOf(element)
  if (tag === 'hr') return ['---']
  if (tag === 'ul' || tag === 'ol') return [listOf(element)]
  if (tag === 'table') return [tableOf(element)]
  if (tag === 'blockquote') return [quoted(joinBlocks(blocksOf(children)))]
  if (isPlain(element)) return [textIn(element, isSkipped).trim()].filter((text) => text !== '')
  return blocksOf(children)
}

/** Text that a page shows with its own line breaks is what somebody typed: Markdown as it is. */
function isPlain(element: HtmlElement): boolean {
  const style = element.attributes['style'] ?? ''
  return hasClass(element, 'whitespace-pre-wrap') ||
    /white-space:\s{0,3}(?:pre-wrap|break-spaces)/.test(style)
    ? !element.children.some((child) => typeof child !== 'string' && (isBlock(child) || hasFormat(child)))
    : false
}

function hasFormat(node: HtmlElement): boolean {
  return findIn(node, ({ tag }) => /^(?:strong|b|em|i|a|code|math)$/.test(tag)) !== undefined
}

function codeBlockOf(pre: HtmlElement): string[] {
  const code = findIn(pre, ({ tag }) => tag === 'code') ?? pre
  const text = textIn(code, isSkipped).replace(/\n$/, '')
  return text.trim() === ''
    ? []
    : [fenced(text, languageOf(code) ?? languageOf(pre) ?? labelledLanguage(pre, code))]
}

function languageOf({ attributes }: HtmlElement): string | undefined {
  const named = (attributes['class'] ?? '')
    .split(/\s+/)
    .map((name) => /^(?:language|lang|highlight-source)-([\w+#.-]{1,30})$/.exec(name)?.[1])
    .find((name) => name !== undefined)
  return named ?? attributes['data-language'] ?? attributes['data-lang']
}

/** Pages write the language above the code. */
function labelledLanguage(pre: HtmlElement, code: HtmlElement): string | undefined {
  if (code === pre) return undefined
  const label = findIn(
    pre,
    (one) =>
      one !== pre && one.children.length === 1 && typeof one.children[0] === 'string' && !isSkipped(one),
  )
  const text = label === undefined || label === code ? '' : textIn(label).trim().toLowerCase()
  return /^[a-z+#.-]{1,20}$/.test(text) ? text : undefined
}

/** Blocks without labels of the page, and without the language that stands above code a second time. */
function withoutLabels(blocks: readonly string[]): string[] {
  const kept: string[] = []
  for (const block of blocks) {
    if (block.length < 60 && labels.test(block.trim())) continue
    const language = /^`{3,}([\w+#.-]{1,30})\n/.exec(block)?.[1]
    const before = kept.at(-1)
    if (language !== undefined && before?.trim().toLowerCase() === language.toLowerCase()) kept.pop()
    kept.push(block)
  }
  return kept
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n')
}

function listOf(list: HtmlElement): string {
  const isOrdered = list.tag === 'ol'
  let number = Number.parseInt(list.attributes['start'] ?? '1', 10)
  if (!Number.isSafeInteger(number) || number < 0) number = 1
  const items: string[] = []
  for (const item of list.children) {
    if (typeof item === 'string' || isSkipped(item)) continue
    const mark = isOrdered ? `${number++}. ` : '- '
    const blocks = withoutLabels(item.tag === 'li' ? blocksOf(item.children) : blockOf(item))
    const isTight = blocks.every((block, index) => index === 0 || /^(?:- |\d{1,9}\. )/.test(block))
    const text = `${checkOf(item)}${blocks.join(isTight ? '\n' : '\n\n')}`
    items.push(
      mark +
        text
          .split('\n')
          .map((line, index) => (index === 0 || line === '' ? line : ' '.repeat(mark.length) + line))
          .join('\n'),
    )
  }
  return items.join('\n')
}

function checkOf(item: HtmlElement): string {
  const box = findIn(item, ({ tag, attributes }) => tag === 'input' && attributes['type'] === 'checkbox')
  return box === undefined ? '' : box.attributes['checked'] === undefined ? '[ ] ' : '[x] '
}

function tableOf(table: HtmlElement): string {
  const rows: string[][] = []
  const collect = (node: HtmlNode): void => {
    if (typeof node === 'string') return
    if (node.tag !== 'tr') return node.children.forEach(collect)
    rows.push(
      node.children
        .filter((cell) => typeof cell !== 'string')
        .filter(({ tag }) => tag === 'td' || tag === 'th')
        .map((cell) => inOneLine(joinBlocks(blocksOf(cell.children)), ' <br> ').replaceAll('|', '\\|')),
    )
  }
  collect(table)
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const [head, ...body] = rows
  if (head === undefined || width === 0) return ''
  const lineOf = (cells: readonly string[]): string =>
    `| ${[...cells, ...Array.from({ length: Math.min(width, 100) - cells.length }, () => '')].join(' | ')} |`
  return [lineOf(head), `|${' --- |'.repeat(Math.min(width, 100))}`, ...body.map(lineOf)].join('\n')
}

function isMath(element: HtmlElement): boolean {
  return (
    element.tag === 'math' ||
    hasClass(element, 'katex') ||
    hasClass(element, 'katex-display') ||
    element.tag === 'mjx-container'
  )
}

/** The formula as it was written, which KaTeX and MathML carry along. */
function mathOf(element: HtmlElement): string {
  const annotation = findIn(
    element,
    ({ tag, attributes }) => tag === 'annotation' && (attributes['encoding'] ?? '').includes('tex'),
  )
  const math = findIn(element, ({ tag }) => tag === 'math')
  const tex =
    (annotation === undefined ? undefined : textIn(annotation)) ??
    math?.attributes['alttext'] ??
    textIn(element)
  const isDisplayed = hasClass(element, 'katex-display') || math?.attributes['display'] === 'block'
  const formula = tex.trim()
  if (formula === '') return ''
  return isDisplayed ? `\n$$\n${formula}\n$$\n` : `$${inOneLine(formula, ' ')}$`
}

const marks: Readonly<Record<string, string>> = {
  strong: '**',
  b: '**',
  em: '*',
  i: '*',
  del: '~~',
  s: '~~',
  strike: '~~',
}

function inlineOf(nodes: readonly HtmlNode[]): string {
  return nodes.map(inlineNode).join('')
}

function inlineNode(node: HtmlNode): string {
  if (typeof node === 'string') return escaped(node.replace(/[ \t\r\n\f]+/g, ' '))
  if (isMath(node)) return mathOf(node)
  if (isSkipped(node)) return ''
  const { tag, children, attributes } = node
  if (tag === 'br') return '\n'
  if (tag === 'img') return imageOf(attributes)
  if (tag === 'code' || tag === 'kbd' || tag === 'samp' || tag === 'tt')
    return codeOf(textIn(node, isSkipped))
  const inside = inlineOf(children)
  const mark = isNormal(node) ? undefined : marks[tag]
  if (mark !== undefined) return marked(inside, mark)
  return tag === 'a' ? linkOf(inside, attributes['href'] ?? '') : inside
}

/** Programs wrap a whole clipboard in `<b style="font-weight:normal">`. */
function isNormal({ attributes }: HtmlElement): boolean {
  return /font-weight:\s{0,3}(?:normal|400)/.test(attributes['style'] ?? '')
}

/** Emphasis stands at words, not at blanks. */
function marked(text: string, mark: string): string {
  const inside = text.trim()
  if (inside === '') return text
  const start = text.slice(0, text.length - text.trimStart().length)
  return `${start}${mark}${inside}${mark}${text.slice(start.length + inside.length)}`
}

function codeOf(text: string): string {
  if (text.trim() === '') return text
  let longest = 0
  for (const run of text.matchAll(/`+/g)) longest = Math.max(longest, run[0].length)
  const fence = '`'.repeat(longest + 1)
  const gap = longest > 0 || (text.startsWith(' ') && text.endsWith(' ')) ? ' ' : ''
  return `${fence}${gap}${text.replace(/\n/g, ' ')}${gap}${fence}`
}

function linkOf(text: string, address: string): string {
  const shown = text.replace(/\s+/g, ' ').trim()
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || shown === '') return text
  return `[${shown}](${address.replace(/[\s()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)})`
}

function imageOf({ alt = '', src = '' }: Readonly<Record<string, string>>): string {
  const id = pulledOutId(src)
  if (id !== undefined) return embedded(id, true, alt)
  if (/^\p{Emoji_Presentation}/u.test(alt)) return alt
  // Icons of pages have no words for them.
  if (alt.trim() === '' && !/^https?:/.test(src)) return ''
  return alt.trim() === '' ? '' : noteOf('image', alt)
}

/** Signs that Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(
    /[\\`*]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[a-z/!?])|~(?=~)|\[(?=[^\]]{0,200}\]\()/giu,
    '\\$&',
  )
}

function inOneLine(text: string, between: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(between)
}

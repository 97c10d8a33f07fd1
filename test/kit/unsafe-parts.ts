import { html as htmlNames, parseFragment, serialize, type DefaultTreeAdapterTypes } from 'parse5'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

const globalClasses = new Set(
  (
    'no-link footnote-reference footnote-back footnotes task table-scroll align-right align-center code-block ' +
    'code-header code-language copy-code code-fold math math-display math-source plain-text ' +
    'steps step step-failed step-none step-code step-command step-output thought thought-title diff diff-head diagram diagram-scroll'
  ).split(' '),
)

/** Every element that a rendered message may hold, with its attributes. */
const allowed: Record<string, string[]> = {
  a: ['href', 'rel', 'class', 'id', 'aria-label'],
  blockquote: [],
  br: [],
  button: ['type', 'class', 'aria-label'],
  code: ['class'],
  del: [],
  details: ['class'],
  div: ['class', 'tabindex', 'role', 'aria-label'],
  em: [],
  figure: ['class'],
  h3: [],
  h4: [],
  h5: [],
  h6: [],
  hr: [],
  ins: [],
  input: ['type', 'id', 'disabled', 'checked'],
  label: ['for'],
  li: ['class', 'id'],
  ol: ['class', 'start'],
  p: ['class'],
  pre: ['tabindex'],
  s: [],
  span: ['class', 'tabindex'],
  strong: [],
  summary: [],
  sup: [],
  table: [],
  tbody: [],
  td: ['class'],
  th: ['class', 'scope'],
  thead: [],
  tr: [],
  ul: [],
}

const mathElements = new Set(
  (
    'math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle ' +
    'mpadded mphantom menclose'
  ).split(' '),
)

const mathAttributes = new Set(
  (
    'display stretchy fence separator accent accentunder lspace rspace minsize maxsize width height depth voffset ' +
    'displaystyle scriptlevel mathcolor mathbackground mathsize mathvariant rowspacing columnspacing columnalign ' +
    'columnlines rowlines linethickness notation largeop linebreak'
  ).split(' '),
)

/**
 * What in a message's HTML is not on the list of what may be there, each in a sentence. Reads the HTML as a
 * browser does, and once more after writing it out again: some attacks only appear the second time.
 */
export function unsafeParts(html: string, idPrefix: string): string[] {
  const first = parseFragment(html)
  const second = parseFragment(serialize(first))
  const found: string[] = []
  for (const node of [...first.childNodes, ...second.childNodes]) check(node, idPrefix, found)
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1])
  if (new Set(ids).size !== ids.length) found.push('an id is there twice')
  // Escaped text has no `<`: what looks like a tag is one. A browser that moves or closes others sees another page.
  if (tagsOf(html) !== tagsOf(serialize(first))) found.push('elements that do not nest as they are written')
  return found
}

function tagsOf(html: string): string {
  // MathML may close an element at once, as in <mspace/>.
  const closed = html.replace(/<(m[a-z]+)([^<>]*)\/>/g, '<$1$2></$1>')
  return (closed.match(/<\/?[a-z][a-z0-9]*/g) ?? []).join('')
}

function check(node: Node, idPrefix: string, found: string[]): void {
  if (node.nodeName === '#text') return
  if (!('tagName' in node)) {
    found.push(`a ${node.nodeName}`)
    return
  }
  if (node.namespaceURI === htmlNames.NS.SVG) checkSvg(node, idPrefix, found)
  else if (node.namespaceURI === htmlNames.NS.MATHML) checkMath(node, found)
  else checkHtml(node, idPrefix, found)
  for (const child of node.childNodes) check(child, idPrefix, found)
}

function checkMath(element: Element, found: string[]): void {
  if (!mathElements.has(element.tagName)) found.push(`<${element.tagName}> in math`)
  for (const { name, value } of element.attrs) {
    if (!mathAttributes.has(name)) found.push(`${name}="${value}" on <${element.tagName}>`)
    if (/[<>&"':;(]/.test(value)) found.push(`the value ${name}="${value}"`)
  }
}

const svgElements = new Set(
  'svg g defs marker rect circle ellipse line polyline polygon path text tspan'.split(' '),
)

const svgAttributes = new Set(
  (
    'role aria-label viewBox width height x y x1 y1 x2 y2 cx cy r rx ry dx dy points d transform fill stroke stroke-width ' +
    'stroke-dasharray stroke-linejoin stroke-linecap text-anchor font-size font-weight font-style marker-start marker-end ' +
    'markerWidth markerHeight refX refY orient id'
  ).split(' '),
)

function checkSvg(element: Element, idPrefix: string, found: string[]): void {
  if (!svgElements.has(element.tagName)) found.push(`<${element.tagName}> in a picture`)
  for (const { name, value } of element.attrs) {
    const problem = `${name}="${value}" on <${element.tagName}>`
    if (!svgAttributes.has(name)) found.push(problem)
    else if (name === 'id' && !value.startsWith(`${idPrefix}-`)) found.push(problem)
    else if (name.startsWith('marker-') && !value.startsWith(`url(#${idPrefix}-`)) found.push(problem)
    else if (!name.startsWith('marker-') && /url|[<>&"':;]/i.test(value)) found.push(problem)
  }
}

function checkHtml(element: Element, idPrefix: string, found: string[]): void {
  const attributes = allowed[element.tagName]
  if (!attributes || element.namespaceURI !== htmlNames.NS.HTML) {
    found.push(`<${element.tagName}>`)
    return
  }
  for (const { name, value } of element.attrs) {
    const problem = `${name}="${value}" on <${element.tagName}>`
    if (!attributes.includes(name)) found.push(problem)
    else if (
      name === 'class' &&
      !value.split(' ').every((each) => globalClasses.has(each) || /^tk-[a-z]+$/.test(each))
    )
      found.push(problem)
    else if ((name === 'id' || name === 'for') && !value.startsWith(`${idPrefix}-`)) found.push(problem)
    else if (name === 'href' && !isAllowedHref(value, idPrefix)) found.push(problem)
    else if (name === 'type' && !['button', 'checkbox'].includes(value)) found.push(problem)
  }
  if (element.tagName === 'a') checkLink(element, found)
  if (element.tagName === 'input' && !element.attrs.some(({ name }) => name === 'disabled'))
    found.push('an open input')
}

function isAllowedHref(value: string, idPrefix: string): boolean {
  return /^(?:https?:\/\/[^\s<>"]|mailto:)/.test(value) || value.startsWith(`#${idPrefix}-note-`)
}

function checkLink(element: Element, found: string[]): void {
  const attribute = (wanted: string) => element.attrs.find(({ name }) => name === wanted)?.value
  if (attribute('href')?.startsWith('#')) return
  if (attribute('rel') !== 'noopener noreferrer nofollow ugc')
    found.push(`a link with rel="${attribute('rel')}"`)
}

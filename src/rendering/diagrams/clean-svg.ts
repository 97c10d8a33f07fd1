import { escapeHtml } from '../escape-html.ts'

/** A pattern that a value must match, and what replaces a value that doesn't; without that, the attribute is left out. */
type Rule = { readonly pattern: RegExp; readonly otherwise?: string }

const number: Rule = { pattern: /^-?[\d.]{1,20}(?:em)?$/ }
const numbers: Rule = { pattern: /^[-\d., ]{1,20000}$/ }
const paints =
  'text|text-sec|text-muted|text-faint|line|arrow|node-fill|node-stroke|group-fill|group-hdr|inner-stroke|key-badge'
const fill: Rule = { pattern: new RegExp(`^(?:none|var\\(--(?:bg|_(?:${paints}))\\))$`), otherwise: 'none' }
const stroke: Rule = { ...fill, otherwise: 'var(--_line)' }
const reference: Rule = { pattern: /^url\(#[a-z-]{1,40}\)$/ }

const attributes: Record<string, Rule> = {
  viewBox: numbers,
  width: number,
  height: number,
  x: number,
  y: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  cx: number,
  cy: number,
  r: number,
  rx: number,
  ry: number,
  dx: number,
  dy: number,
  points: numbers,
  d: { pattern: /^[MLHVCSQTAZmlhvcsqtaz\d., -]{1,20000}$/ },
  transform: { pattern: /^(?:(?:translate|scale|rotate)\([\d., -]{1,100}\) ?){1,3}$/ },
  fill,
  stroke,
  'stroke-width': number,
  'stroke-dasharray': numbers,
  'stroke-linejoin': { pattern: /^round$/ },
  'stroke-linecap': { pattern: /^round$/ },
  'text-anchor': { pattern: /^(?:start|middle|end)$/ },
  'font-size': number,
  'font-weight': number,
  'font-style': { pattern: /^italic$/ },
  'marker-start': reference,
  'marker-end': reference,
  markerWidth: number,
  markerHeight: number,
  refX: number,
  refY: number,
  orient: { pattern: /^auto(?:-start-reverse)?$/ },
  id: { pattern: /^[a-z-]{1,40}$/ },
}

const elements = new Set(
  'svg g defs marker rect circle ellipse line polyline polygon path text tspan'.split(' '),
)

const tag = /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/y
const attribute = /([\w:-]{1,64})="([^"<>]*)"/g
const text = /[^<]+/y

/**
 * Copies from an SVG only what is known to be harmless: shapes, texts, and attributes whose values are numbers, our
 * own colours, or references within it. No style, no script, no link, no other address, whatever the SVG holds; what
 * isn't on the lists ends it.
 *
 * @param idPrefix begins every id
 * @throws RangeError for an SVG that holds an element that isn't expected, or isn't well-formed
 */
export function cleanSvg(svg: string, idPrefix: string): string {
  let html = ''
  const open: string[] = []
  let position = 0
  while (position < svg.length) {
    if (svg.startsWith('<style>', position)) {
      position = endOf(svg, '</style>', position)
      continue
    }
    if (svg.startsWith('<!--', position)) {
      position = endOf(svg, '-->', position)
      continue
    }
    text.lastIndex = position
    const words = text.exec(svg)?.[0]
    if (words !== undefined) {
      position += words.length
      if (words.trim() !== '' && (open.at(-1) === 'text' || open.at(-1) === 'tspan')) {
        html += escapeHtml(unescapeXml(words))
      }
      continue
    }
    tag.lastIndex = position
    const [whole, slash = '', name = '', values = '', end = ''] = tag.exec(svg) ?? []
    if (whole === undefined || !elements.has(name)) throw new RangeError('The SVG is not as expected.')
    position += whole.length
    if (slash !== '') {
      if (open.pop() !== name) throw new RangeError('The SVG is not well-formed.')
      html += `</${name}>`
      continue
    }
    html += `<${name}${cleanAttributes(values, idPrefix)}>`
    if (end === '') open.push(name)
    else html += `</${name}>`
  }
  if (open.length > 0) throw new RangeError('The SVG is not well-formed.')
  return html
}

function cleanAttributes(values: string, idPrefix: string): string {
  let html = ''
  for (const [, name = '', value = ''] of values.matchAll(attribute)) {
    const rule = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    if (!rule) continue
    const kept = rule.pattern.test(value) ? value : rule.otherwise
    if (kept !== undefined) html += ` ${name}="${escapeHtml(ours(name, kept, idPrefix))}"`
  }
  return html
}

/** Ids and colours in the page's own names, and numbers of no more digits than can be seen. */
function ours(name: string, value: string, idPrefix: string): string {
  if (name === 'id') return `${idPrefix}-${value}`
  if (value.startsWith('url(#')) return value.replace('url(#', `url(#${idPrefix}-`)
  if (value.startsWith('var(--')) return value.replace(/^var\(--_?/, 'var(--diagram-')
  return value.replace(/\d{1,15}\.\d{1,20}/g, (digits) => String(Math.round(Number(digits) * 10) / 10))
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'" }

function unescapeXml(words: string): string {
  return words.replace(/&(amp|lt|gt|quot|#39|apos);/g, (whole, name: string) => named[name] ?? whole)
}

function endOf(svg: string, mark: string, from: number): number {
  const at = svg.indexOf(mark, from)
  if (at < 0) throw new RangeError('The SVG is not well-formed.')
  return at + mark.length
}

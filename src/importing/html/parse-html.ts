import { Parser } from 'htmlparser2'

/** An element of a page, or text. */
export type HtmlNode = string | HtmlElement
export type HtmlElement = {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: HtmlNode[]
}

/** Elements nested deeper lie in the one above them. */
const deepest = 120
/** Of one piece of HTML, in UTF-16 units. */
const longestHtml = 8 * 1024 * 1024

/**
 * The elements of a piece of HTML, however broken. Takes time in proportion to its length, unlike a browser's parser,
 * which repeats what was never closed; and nothing in it is ever run.
 */
export function parseHtml(html: string): HtmlElement {
  const root: HtmlElement = { tag: 'body', attributes: {}, children: [] }
  const open: HtmlElement[] = [root]
  let tooDeep = 0
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => {
        if (open.length > deepest) {
          tooDeep++
          return
        }
        const element: HtmlElement = { tag, attributes, children: [] }
        open.at(-1)?.children.push(element)
        open.push(element)
      },
      ontext: (text) => void open.at(-1)?.children.push(text),
      onclosetag: () => {
        if (tooDeep > 0) tooDeep--
        else if (open.length > 1) open.pop()
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(html.slice(0, longestHtml))
  return root
}

/** All text in an element, as it stands there. */
export function textIn(node: HtmlNode, isSkipped: (element: HtmlElement) => boolean = () => false): string {
  if (typeof node === 'string') return node
  if (isSkipped(node)) return ''
  if (node.tag === 'br') return '\n'
  return node.children.map((child) => textIn(child, isSkipped)).join('')
}

/** The first element within that fits. */
export function findIn(node: HtmlNode, fits: (element: HtmlElement) => boolean): HtmlElement | undefined {
  if (typeof node === 'string') return undefined
  if (fits(node)) return node
  for (const child of node.children) {
    const found = findIn(child, fits)
    if (found !== undefined) return found
  }
  return undefined
}

export function hasClass({ attributes }: HtmlElement, name: string): boolean {
  return ` ${attributes['class'] ?? ''} `.includes(` ${name} `)
}

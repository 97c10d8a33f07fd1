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
/** No page nests so deep; the parser takes ever longer for each more. */
const mostOpen = 1000
/** How much is given to the parser at a time, in UTF-16 units. */
const portion = 4096
/** Of one piece of HTML, in UTF-16 units. */
const longestHtml = 64 * 1024 * 1024

/**
 * The elements of a piece of HTML, however broken. Unlike a browser's parser it repeats nothing that was never closed, so
 * that the time is in proportion to the length; and nothing in it is ever run.
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
      ontext: (text) => {
        const children = open.at(-1)?.children ?? []
        const last = children.at(-1)
        // An entity comes by itself.
        if (typeof last === 'string') children[children.length - 1] = last + text
        else children.push(text)
      },
      onclosetag: () => {
        if (tooDeep > 0) tooDeep--
        else if (open.length > 1) open.pop()
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  const length = Math.min(html.length, longestHtml)
  for (let at = 0; at < length; at += portion) {
    parser.write(html.slice(at, Math.min(length, at + portion)))
    if (tooDeep > mostOpen) return { ...root, children: [html.slice(0, length).replace(/<[^<>]*>/g, ' ')] }
  }
  parser.end()
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

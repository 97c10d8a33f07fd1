import assert from 'node:assert/strict'
import { parse, type DefaultTreeAdapterTypes } from 'parse5'
import type { Answer } from './client.ts'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** A page as a program reads it. */
export type ReadPage = {
  readonly title: string
  /** What is in the body, as text on one line. */
  readonly text: string
  /** `name` or `property` → content */
  readonly meta: ReadonlyMap<string, string>
  readonly elements: readonly Element[]
}

/** Reads an answer that must be a page of this status, written without a mistake. */
export function expectPage(answer: Answer, status: number): ReadPage {
  assert.equal(answer.status, status, `${answer.request} → ${answer.status} ${answer.text.slice(0, 300)}`)
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
  const mistakes: string[] = []
  parse(answer.text, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => mistakes.push(`${code} in line ${startLine}`),
  })
  assert.deepEqual(mistakes, [])
  return readPage(answer.text)
}

function readPage(html: string): ReadPage {
  const elements: Element[] = []
  const collect = (node: Node): void => {
    if (!('tagName' in node)) return
    elements.push(node)
    for (const child of node.childNodes) collect(child)
  }
  for (const child of parse(html).childNodes) collect(child)
  const one = (name: string) => elements.find(({ tagName }) => tagName === name)
  return {
    title: textOf(one('title')),
    text: textOf(one('body')),
    meta: new Map(
      elements
        .filter(({ tagName }) => tagName === 'meta')
        .map((tag) => [
          attribute(tag, 'name') ?? attribute(tag, 'property') ?? '',
          attribute(tag, 'content') ?? '',
        ]),
    ),
    elements,
  }
}

export function attribute(element: Element, wanted: string): string | undefined {
  return element.attrs.find(({ name }) => name === wanted)?.value
}

function textOf(node: Node | undefined): string {
  return rawText(node).replaceAll(/\s+/g, ' ').trim()
}

function rawText(node: Node | undefined): string {
  if (!node) return ''
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(rawText).join(' ') : ''
}

/** A flowchart, rewritten in the few forms that the drawing library is known to read as they are meant. */
export interface Flowchart {
  readonly code: string
  /** by the names that the code has for them */
  readonly nodes: ReadonlyMap<string, string>
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[]
}

type Shape = readonly [open: string, close: string]

/** Longer marks first: `([` before `(`. The last ones are drawn as a plain box. */
const shapes: readonly (readonly [open: string, close: string, drawn: Shape])[] = [
  ['(((', ')))', ['(((', ')))']],
  ['((', '))', ['((', '))']],
  ['([', '])', ['([', '])']],
  ['[[', ']]', ['[[', ']]']],
  ['[(', ')]', ['[(', ')]']],
  ['{{', '}}', ['{{', '}}']],
  ['[/', '/]', ['[', ']']],
  ['[\\', '\\]', ['[', ']']],
  ['[', ']', ['[', ']']],
  ['(', ')', ['(', ')']],
  ['{', '}', ['{', '}']],
  ['>', ']', ['>', ']']],
]

interface Node {
  readonly name: string
  label: string
  shape: Shape | undefined
  isWritten: boolean
}

const nodeId = /[\p{L}\p{N}_]+(?:[-./][\p{L}\p{N}_]+)*/uy
const nodeClass = /:::[\w-]+/y
const and = /\s*&\s*/y
/** A whole link: `-->`, `---`, `<-->`, `-.->`, `==>`, and what stands between bars behind it. */
const link = /\s*(<?)(-{2,}>|-{3,}|={2,}>|={3,}|-\.+->|-\.+-)\s*(?:\|([^|]{0,200})\|)?\s*/y
/** A link with its text within: `-- text -->`. */
const textLink =
  /\s*(<?)(--|==|-\.)\s*([^\s\-=.|>][^|>]{0,200}?)\s*(-{2,}>|-{3,}|={2,}>|={3,}|\.+->|\.+-)\s*/y

/** @returns undefined for a statement that isn't known: no picture is better than a wrong one */
export function readFlowchart(header: string, lines: readonly string[]): Flowchart | undefined {
  const nodes = new Map<string, Node>()
  const groups = new Set<string>()
  const edges: { from: string; to: string; label: string }[] = []
  const statements: ((() => string) | undefined)[] = []

  for (const line of lines.map((each) => each.trim())) {
    const direction = /^direction\s+(?:TD|TB|LR|RL|BT)$/.exec(line)
    const group = /^subgraph(?:\s+(.*))?$/.exec(line)
    if (line === 'end' || direction) {
      statements.push(() => line)
    } else if (group) {
      const [, id = '', title = ''] = /^([\p{L}\p{N}_-]+)?\s*(?:\[(.*)\])?$/u.exec(group[1] ?? '') ?? [
        '',
        '',
        group[1],
      ]
      groups.add(id)
      const name = `g${groups.size}x${statements.length}`
      statements.push(() => `subgraph ${name}[${cleanLabel(title || id) || ' '}]`)
    } else {
      statements.push(readStatement(line))
    }
  }

  function nodeOf(id: string): Node {
    const node = nodes.get(id) ?? {
      name: `n${nodes.size + 1}`,
      label: id,
      shape: undefined,
      isWritten: false,
    }
    nodes.set(id, node)
    return node
  }

  function readStatement(line: string): (() => string) | undefined {
    let position = 0
    const take = (pattern: RegExp): RegExpExecArray | undefined => {
      pattern.lastIndex = position
      const found = pattern.exec(line) ?? undefined
      if (found) position += found[0].length
      return found
    }
    const takeNode = (): Node | undefined => {
      const id = take(nodeId)?.[0]
      if (id === undefined || id === 'end' || id === 'subgraph') return undefined
      const node = nodeOf(id)
      const shape = shapes.find(([open]) => line.startsWith(open, position))
      if (shape) {
        const [open, close, drawn] = shape
        const from = position + open.length
        const quoted = line[from] === '"' ? line.indexOf('"', from + 1) : from - 1
        const to = quoted < from - 1 ? -1 : line.indexOf(close, quoted + 1)
        if (to < 0) return undefined
        node.label = cleanLabel(line.slice(from, to))
        node.shape = drawn
        position = to + close.length
      }
      take(nodeClass)
      return node
    }
    const takeNodes = (): Node[] | undefined => {
      const some: Node[] = []
      do {
        const node = takeNode()
        if (!node) return undefined
        some.push(node)
      } while (take(and))
      return some
    }

    const first = takeNodes()
    if (!first) return undefined
    const parts: (Node[] | string)[] = [first]
    let before = first
    while (position < line.length) {
      const whole = take(link)
      const found = whole ?? take(textLink)
      if (!found) return undefined
      const text = cleanLabel((whole ? found[3] : found[3]) ?? '')
      const next = takeNodes()
      if (!next) return undefined
      parts.push(linkCode(found[1] === '<', (whole ? found[2] : `${found[2]}${found[4]}`) ?? '', text), next)
      for (const from of before)
        for (const to of next) edges.push({ from: from.name, to: to.name, label: text })
      before = next
    }
    return () =>
      parts.map((part) => (typeof part === 'string' ? part : part.map(nodeCode).join(' & '))).join(' ')
  }

  if (statements.includes(undefined) || groupsAreLinked()) return undefined
  const body = statements.map((write) => write?.() ?? '')
  const labels = new Map([...nodes.values()].map(({ name, label }) => [name, label]))
  return { code: [header, ...body].join('\n'), nodes: labels, edges }

  /** The library would draw a box of that name beside the group. */
  function groupsAreLinked(): boolean {
    return [...groups].some((id) => nodes.has(id))
  }
}

/** A node's name, and at its first use its label and shape. */
function nodeCode(node: Node): string {
  if (node.isWritten) return node.name
  node.isWritten = true
  const [open, close] = node.shape ?? ['[', ']']
  return `${node.name}${open}${node.label || ' '}${close}`
}

function linkCode(isBothWays: boolean, mark: string, label: string): string {
  const hasHead = mark.endsWith('>')
  const line = mark.includes('=')
    ? hasHead
      ? '==>'
      : '==='
    : mark.includes('.')
      ? hasHead
        ? '-.->'
        : '-.-'
      : hasHead
        ? '-->'
        : '---'
  return `${isBothWays ? '<' : ''}${line}${label === '' ? '' : `|${label}|`}`
}

const entities: Record<string, string> = { quot: '”', amp: '&', lt: '‹', gt: '›', nbsp: ' ' }

/** A label without Mermaid's marks: quotes, backticks, entities. */
function cleanLabel(label: string): string {
  return label
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^`(.*)`$/s, '$1')
    .replace(/\*\*/g, '')
    .replace(/#(\w{2,6});/g, (whole, name: string) => entities[name] ?? whole)
    .replaceAll('"', '”')
    .trim()
}

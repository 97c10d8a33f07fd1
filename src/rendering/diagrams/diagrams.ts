import type * as beautifulMermaid from 'beautiful-mermaid'
import type { Env } from 'markdown-it'
import { messageElementId } from '../markdown/message-ids.ts'
import { cleanSvg } from './clean-svg.ts'
import { readFlowchart } from './flowchart.ts'
import { checkLines } from './line-diagrams.ts'
import { prepareDiagram, type PreparedDiagram } from './prepare-diagram.ts'

/** After so many milliseconds no further diagram of a message is drawn: the others stay code. */
const budget = 500

const drawnIn = new WeakMap<Env, { time: number; count: number }>()

/** Its types alone: it is read when a message needs it. */
type Library = Pick<typeof beautifulMermaid, 'parseMermaid' | 'renderMermaidSVG'>

let library: Library | undefined

export function areDiagramsLoaded(): boolean {
  return library !== undefined
}

/** Reads what draws diagrams, when a message first needs it: it takes as much memory as all grammars. */
export async function loadDiagrams(): Promise<void> {
  library ??= await import('beautiful-mermaid')
}

/**
 * A Mermaid diagram as a picture without style, script or anything from elsewhere; undefined where it has to stay code:
 * of another kind, too large, not understood, or for lack of time (that sets `env.isHurried`).
 */
export function drawDiagram(source: string, env: Env): string | undefined {
  const prepared = library && prepareDiagram(source)
  if (!library || !prepared) return undefined
  const drawn = drawnIn.get(env) ?? { time: 0, count: 0 }
  drawnIn.set(env, drawn)
  if (drawn.time > budget) {
    env['isHurried'] = true
    return undefined
  }
  const start = performance.now()
  try {
    const raw = draw(library, prepared)
    if (raw === undefined || raw.includes('NaN')) return undefined
    const svg = cleanSvg(raw, messageElementId(env, `diagram-${++drawn.count}`))
    return svg.replace(/^<svg/, `<svg role="img" aria-label="${prepared.label}"`)
  } catch {
    return undefined
  } finally {
    drawn.time += performance.now() - start
  }
}

/**
 * The library passes over what it doesn't understand. So it is only given what it is known to read, and asked what it
 * read of it: a picture that lacks an arrow would tell something else than the message.
 */
function draw(
  { parseMermaid, renderMermaidSVG }: Library,
  { header, lines, label }: PreparedDiagram,
): string | undefined {
  const options = { padding: 16, transparent: true }
  if (label !== 'Flowchart') {
    const checked = checkLines(label, header, lines)
    if (!checked) return undefined
    const svg = renderMermaidSVG(checked.code, options)
    return svg.match(checked.linkClass)?.length === (checked.links || undefined) ? svg : undefined
  }
  const chart = readFlowchart(header, lines)
  if (!chart) return undefined
  const { nodes, edges } = parseMermaid(chart.code)
  const sameNodes =
    nodes.size === chart.nodes.size &&
    [...chart.nodes].every(([name, text]) => wordsOf(nodes.get(name)?.label) === wordsOf(text))
  const sameEdges =
    edges.length === chart.edges.length &&
    chart.edges.every(({ from, to, label: text }, index) => {
      const edge = edges[index]
      return edge?.source === from && edge.target === to && wordsOf(edge.label) === wordsOf(text)
    })
  return sameNodes && sameEdges ? renderMermaidSVG(chart.code, options) : undefined
}

/** A label without its line breaks, which the library writes in its own way. */
function wordsOf(label = ''): string {
  return label.replace(/<br ?\/?>|\\n|\s+/gi, ' ').trim()
}

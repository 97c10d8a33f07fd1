/**
 * More is shown as code: laying a diagram out takes time that grows with its edges, of which `A & B --> C & D` makes
 * four. The two dashes and the head of an arrow count apart.
 */
const most = { chars: 6_000, lines: 150, arrows: 200, ampersands: 12 }

/** The kinds that are drawn, by their first line, and what a screen reader calls them. */
const kinds: readonly (readonly [header: RegExp, label: string])[] = [
  [/^(?:graph|flowchart)(?:[ \t]+(?:TD|TB|LR|RL|BT))?$/, 'Flowchart'],
  [/^stateDiagram(?:-v2)?$/, 'State diagram'],
  [/^sequenceDiagram$/, 'Sequence diagram'],
  [/^classDiagram$/, 'Class diagram'],
  [/^erDiagram$/, 'Entity relationship diagram'],
]

/** Colours that a message chooses would fit one theme, and a picture has no links. */
const unwanted = /^(?:style|classDef|linkStyle|click|accTitle|accDescr)\b|^%%/
const classOfNodes = /^class[ \t][\w, \t-]*$/

export interface PreparedDiagram {
  readonly header: string
  readonly lines: readonly string[]
  /** what it is, in a word or two */
  readonly label: string
}

/** What of a Mermaid block may be drawn; undefined where it is of another kind or too large. */
export function prepareDiagram(source: string): PreparedDiagram | undefined {
  if (source.length > most.chars) return undefined
  const all = withoutFrontMatter(source)
    .map((line) => line.trim().replace(/\s+/g, ' ').replace(/;$/, ''))
    .filter((line) => line !== '' && !unwanted.test(line))
  const [header = '', ...rest] = splitStatements(all)
  const label = kinds.find(([pattern]) => pattern.test(header))?.[1]
  if (label === undefined || rest.length === 0 || rest.length > most.lines) return undefined
  if ((source.match(/--|==|\.-|->|\}o|\|\|/g)?.length ?? 0) > most.arrows) return undefined
  if ((source.match(/&/g)?.length ?? 0) > most.ampersands) return undefined
  const isGraph = label === 'Flowchart' || label === 'State diagram'
  const lines = isGraph ? rest.filter((line) => !classOfNodes.test(line)) : rest
  return { header: /^(?:graph|flowchart)$/.test(header) ? `${header} TD` : header, lines, label }
}

/** `graph TD; A --> B; B --> C` on one line, unless a text may hold the semicolon. */
function splitStatements(lines: readonly string[]): readonly string[] {
  const [first = '', ...rest] = lines
  if (!/^(?:graph|flowchart)\b/.test(first.trim()) || !first.includes(';')) return lines
  if (lines.some((line) => /["&#]/.test(line))) return lines
  return [first, ...rest].flatMap((line) => line.split(';')).filter((line) => line.trim() !== '')
}

function withoutFrontMatter(source: string): readonly string[] {
  const lines = source.split('\n')
  const end = lines[0]?.trim() === '---' ? lines.indexOf('---', 1) : -1
  return lines.slice(end + 1)
}

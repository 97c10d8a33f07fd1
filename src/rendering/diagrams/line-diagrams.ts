/** The statements of a kind of diagram, one a line, that the drawing library reads as they are meant. */
interface Statement {
  readonly pattern: RegExp
  /** how it is rewritten, where the library is stricter than Mermaid; left out where it is empty */
  readonly write?: string
  /** it draws a line */
  readonly isLink?: boolean
}

interface LineDiagram {
  readonly statements: readonly Statement[]
  /** the class that a drawn line has in the SVG */
  readonly linkClass: RegExp
}

const textOf = '[^\\n]{1,300}'

const sequence: LineDiagram = {
  linkClass: /class="message"/g,
  statements: [
    { pattern: /^autonumber$/, write: '' },
    { pattern: /^(?:participant|actor) \w+(?: as .{1,100})?$/ },
    {
      pattern: new RegExp(`^(\\w+) ?(-->>|->>|-->|->|--x|-x|--\\)|-\\))([+-]?) ?(\\w+) ?: ?(${textOf})$`),
      write: '$1$2$3$4: $5',
      isLink: true,
    },
    { pattern: /^[Nn]ote (?:over|left of|right of) \w+(?:, ?\w+)? ?: ?.{1,300}$/ },
    { pattern: /^(?:alt|else|opt|loop|par|and|critical|option|break) .{1,200}$/ },
    { pattern: /^(?:else|end)$/ },
    { pattern: /^(?:activate|deactivate) \w+$/ },
  ],
}

const state: LineDiagram = {
  linkClass: /class="edge"/g,
  statements: [
    { pattern: /^direction (?:TD|TB|LR|RL|BT)$/ },
    { pattern: /^(\[\*\]|\w+) ?--> ?(\[\*\]|\w+)$/, write: '$1 --> $2', isLink: true },
    {
      pattern: new RegExp(`^(\\[\\*\\]|\\w+) ?--> ?(\\[\\*\\]|\\w+) ?: ?(${textOf})$`),
      write: '$1 --> $2 : $3',
      isLink: true,
    },
    { pattern: /^state "[^"]{1,200}" as \w+$/ },
    { pattern: /^state \w+ ?\{$/ },
    { pattern: /^\}$/ },
  ],
}

const classes: LineDiagram = {
  linkClass: /class="class-relationship"/g,
  statements: [
    { pattern: /^class \w+ ?\{?$/ },
    { pattern: /^\}$/ },
    { pattern: /^<<\w+>>$/ },
    {
      pattern:
        /^(\w+)( "[^"]{1,20}")? ?(<\|--|--\|>|\*--|--\*|o--|--o|-->|<--|\.\.>|<\.\.|\.\.\|>|<\|\.\.) ?("[^"]{1,20}" )?(\w+)( : .{1,100})?$/,
      write: '$1$2 $3 $4$5$6',
      isLink: true,
    },
    // A member, on a line of its own or in braces: +uuid string, open(visitor) Outcome.
    { pattern: /^\w+ : [+#~-]?[\w$~<>[\](), :*]{1,200}$/ },
    { pattern: /^[+#~-]?[\w$~<>[\](), :*]{1,200}$/ },
  ],
}

const entities: LineDiagram = {
  linkClass: /class="er-relationship"/g,
  statements: [
    {
      pattern:
        /^([\w-]+) ?(\|\||\|o|\}o|\}\|)(--|\.\.)(\|\||o\||o\{|\|\{) ?([\w-]+) ?: ?("[^"]{1,100}"|[\w-]{1,100})$/,
      write: '$1 $2$3$4 $5 : $6',
      isLink: true,
    },
    { pattern: /^[\w-]+ ?\{$/ },
    { pattern: /^\}$/ },
    { pattern: /^\w+ \w+(?: (?:PK|FK|UK)(?:, ?(?:PK|FK|UK))*)?(?: "[^"]{1,100}")?$/ },
  ],
}

const byLabel: Record<string, LineDiagram> = {
  'Sequence diagram': sequence,
  'State diagram': state,
  'Class diagram': classes,
  'Entity relationship diagram': entities,
}

/** A diagram's lines in the forms that are read as they are meant, and how many lines its picture must have then. */
export interface CheckedDiagram {
  readonly code: string
  readonly links: number
  readonly linkClass: RegExp
}

/** @returns undefined where a line isn't known: no picture is better than a wrong one */
export function checkLines(
  label: string,
  header: string,
  lines: readonly string[],
): CheckedDiagram | undefined {
  const diagram = byLabel[label]
  if (!diagram) return undefined
  const code = [header]
  let links = 0
  for (const line of lines) {
    const text = line.trim().replace(/[ \t]+/g, ' ')
    const statement = diagram.statements.find(({ pattern }) => pattern.test(text))
    if (!statement) return undefined
    if (statement.isLink) links += 1
    const { pattern, write } = statement
    if (write !== '') code.push(write === undefined ? text : text.replace(pattern, write))
  }
  return { code: code.join('\n'), links, linkClass: diagram.linkClass }
}

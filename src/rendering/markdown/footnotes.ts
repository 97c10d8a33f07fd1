import type { Env, MarkdownIt, StateBlock, Token } from 'markdown-it'
import { messageElementId } from './message-ids.ts'
import { forToken } from './renderer-rule.ts'

/** Ways back from one note: nobody follows the hundredth. */
const maxBackLinks = 20

/** What one message's footnotes are while it is parsed. Numbers count from 1 in the order of first reference. */
type Footnotes = { defined: Set<string>; numbers: Map<string, number>; references: Map<string, number> }

/**
 * Footnotes as GitHub writes them: `text[^label]` and `[^label]: note`, further lines of the note indented.
 * The grammar follows markdown-it-footnote; that plugin copies all tokens once per note, which takes seconds
 * for a message of many thousands, and puts labels and ids together differently.
 */
export function renderFootnotes(markdown: MarkdownIt): void {
  const footnotesOf = new WeakMap<Env, Footnotes>()

  markdown.block.ruler.before(
    'reference',
    'footnote_definition',
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0)
      const label = labelAt(state.src, start, state.eMarks[startLine] ?? 0)
      if (label === undefined) return false
      const colon = start + label.length + 3
      if (state.src[colon] !== ':' || colon >= (state.eMarks[startLine] ?? 0)) return false
      if (silent) return true

      const footnotes = footnotesOf.get(state.env) ?? {
        defined: new Set(),
        numbers: new Map(),
        references: new Map(),
      }
      footnotesOf.set(state.env, footnotes)
      footnotes.defined.add(label)

      const open = state.push('footnote_definition_open', '', 1)
      open.meta = { label }
      tokenizeNote(state, startLine, endLine, colon + 1)
      state.push('footnote_definition_close', '', -1)
      return true
    },
    { alt: ['paragraph', 'reference'] },
  )

  markdown.inline.ruler.after('image', 'footnote_reference', (state, silent) => {
    const footnotes = footnotesOf.get(state.env)
    // A reference is a link, and links don't nest.
    if (!footnotes || state.linkLevel > 0) return false
    const label = labelAt(state.src, state.pos, state.posMax)
    if (label === undefined || !footnotes.defined.has(label)) return false
    if (!silent) {
      const number = footnotes.numbers.get(label) ?? footnotes.numbers.size + 1
      footnotes.numbers.set(label, number)
      const reference = (footnotes.references.get(label) ?? 0) + 1
      footnotes.references.set(label, reference)
      state.push('footnote_reference', '', 0).meta = { number, reference }
    }
    state.pos += label.length + 3
    return true
  })

  markdown.core.ruler.after('inline', 'footnotes_to_end', (state) => {
    const footnotes = footnotesOf.get(state.env)
    if (!footnotes) return
    const { rest, notes } = takeOutNotes(state.tokens)
    if (footnotes.numbers.size > 0) {
      rest.push(new state.Token('footnotes_open', 'ol', 1))
      for (const [label, number] of footnotes.numbers) {
        const open = new state.Token('footnote_open', 'li', 1)
        open.meta = { number }
        const back = new state.Token('footnote_back', '', 0)
        back.meta = { number, references: Math.min(footnotes.references.get(label) ?? 0, maxBackLinks) }
        rest.push(open)
        const note = notes.get(label) ?? []
        const lastParagraph = note.at(-1)?.type === 'paragraph_close' ? note.pop() : undefined
        for (const token of note) rest.push(token)
        rest.push(back)
        if (lastParagraph) rest.push(lastParagraph)
        rest.push(new state.Token('footnote_close', 'li', -1))
      }
      rest.push(new state.Token('footnotes_close', 'ol', -1))
    }
    state.tokens = rest
  })

  const rules = markdown.renderer.rules
  rules['footnote_reference'] = forToken((token, env) => {
    const number = Number(token.meta?.['number'])
    const id = referenceId(env, number, Number(token.meta?.['reference']))
    return `<sup><a href="#${noteId(env, number)}" id="${id}" class="footnote-reference">${number}</a></sup>`
  })
  rules['footnotes_open'] = () => '<ol class="footnotes">\n'
  rules['footnotes_close'] = () => '</ol>\n'
  rules['footnote_open'] = forToken(
    (token, env) => `<li id="${noteId(env, Number(token.meta?.['number']))}">`,
  )
  rules['footnote_close'] = () => '</li>\n'
  rules['footnote_back'] = forToken((token, env) => {
    const number = Number(token.meta?.['number'])
    let links = ''
    for (let reference = 1; reference <= Number(token.meta?.['references']); reference++) {
      // U+FE0E keeps the arrow a letter where it would become an emoji.
      links += ` <a href="#${referenceId(env, number, reference)}" class="footnote-back" aria-label="Back to the text of note ${number}">\u21a9\ufe0e</a>`
    }
    return links
  })
}

/** The label of `[^label]` at a position: no white space, no brackets, not empty. */
function labelAt(source: string, start: number, end: number): string | undefined {
  if (source[start] !== '[' || source[start + 1] !== '^') return undefined
  for (let position = start + 2; position < end; position++) {
    const character = source[position]
    if (character === ']') return position === start + 2 ? undefined : source.slice(start + 2, position)
    if (character === undefined || /[\s[]/.test(character)) return undefined
  }
  return undefined
}

/** Parses the note's blocks: what follows the colon, and the lines that are indented by four. */
function tokenizeNote(state: StateBlock, startLine: number, endLine: number, contentStart: number): void {
  const before = {
    bMark: state.bMarks[startLine] ?? 0,
    tShift: state.tShift[startLine] ?? 0,
    sCount: state.sCount[startLine] ?? 0,
    parentType: state.parentType,
  }
  const markWidth = contentStart - (before.bMark + before.tShift)
  let position = contentStart
  let column = before.sCount + markWidth
  const initialColumn = column
  for (; position < (state.eMarks[startLine] ?? 0); position++) {
    const character = state.src[position]
    if (character === '\t') column += 4 - (column % 4)
    else if (character === ' ') column += 1
    else break
  }
  state.bMarks[startLine] = contentStart
  state.tShift[startLine] = position - contentStart
  state.sCount[startLine] = column - initialColumn
  state.blkIndent += 4
  state.parentType = 'footnote'
  if ((state.sCount[startLine] ?? 0) < state.blkIndent) {
    state.sCount[startLine] = (state.sCount[startLine] ?? 0) + state.blkIndent
  }

  state.md.block.tokenize(state, startLine, endLine)

  state.blkIndent -= 4
  state.parentType = before.parentType
  state.bMarks[startLine] = before.bMark
  state.tShift[startLine] = before.tShift
  state.sCount[startLine] = before.sCount
}

/** Parts the notes from the text, also where one is written inside another. The first of a label counts. */
function takeOutNotes(tokens: Token[]): { rest: Token[]; notes: Map<string, Token[]> } {
  const rest: Token[] = []
  const notes = new Map<string, Token[]>()
  const open: Token[][] = []
  for (const token of tokens) {
    if (token.type === 'footnote_definition_open') {
      const label = String(token.meta?.['label'])
      const note: Token[] = []
      if (!notes.has(label)) notes.set(label, note)
      open.push(note)
    } else if (token.type === 'footnote_definition_close') {
      open.pop()
    } else {
      const target = open.at(-1) ?? rest
      target.push(token)
    }
  }
  return { rest, notes }
}

function noteId(env: Env, number: number): string {
  return messageElementId(env, `note-${number}`)
}

function referenceId(env: Env, number: number, reference: number): string {
  return messageElementId(env, `note-${number}-reference-${reference}`)
}

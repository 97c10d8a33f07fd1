import { fenceLanguage } from './code/code-blocks.ts'
import { findCodeLanguage } from './code/code-languages.ts'
import { areDiagramsLoaded, loadDiagrams } from './diagrams/diagrams.ts'
import { loadLanguages, missingLanguages } from './code/highlight.ts'
import { stepLanguages } from './steps/steps.ts'
import { createMessageMarkdown } from './markdown/message-markdown.ts'

const markdown = createMessageMarkdown()

/** markdown-it leaves out what lies deeper than its `maxNesting`; an item of a list is two levels. */
const deepestLevel = markdown.options.maxNesting - 2

/** A few thousand formulas or footnotes can grow to twenty times their length. */
const maxHtmlLength = 4_000_000

/** A message as HTML. */
export interface MessageHtml {
  readonly html: string
  /** False where code lost colours for lack of time: rendering it again may do better. */
  readonly isFinal: boolean
}

/**
 * A message's Markdown as HTML that is safe on our pages: only elements, classes and attributes that this folder
 * writes, links to http, https and mailto, no inline styles.
 *
 * `idPrefix` begins every id in the HTML and must differ between the messages of a page (a letter, then letters,
 * digits, `-`, `_`). Rejects for a message that is nested so deep that text would be lost, and for one whose HTML
 * grows out of bounds: such a message is better shown as plain text. Takes as long as the message makes it: run it through
 * `createRenderer`, which sets a limit. `onLoad` is told when grammars begin to be read, and when they are there.
 */
export async function renderMessage(
  content: string,
  { idPrefix, onLoad }: { idPrefix: string; onLoad?: (isLoading: boolean) => void },
): Promise<MessageHtml> {
  if (!/^[A-Za-z][\w-]*$/.test(idPrefix)) throw new TypeError(`"${idPrefix}" can't begin an id.`)
  const env = { idPrefix, isHurried: false }
  const tokens = markdown.parse(content.toWellFormed(), env)
  if (tokens.some((token) => token.level >= deepestLevel))
    throw new RangeError('The message is nested too deep.')
  const languages = new Set(
    tokens.flatMap((token) => (token.type === 'fence' ? [fenceLanguage(token.info)] : stepLanguages(token))),
  )
  const missing = missingLanguages(languages)
  const lacksDiagrams =
    !areDiagramsLoaded() && languages.values().some((name) => findCodeLanguage(name)?.id === 'mermaid')
  if (missing.length > 0 || lacksDiagrams) {
    onLoad?.(true)
    if (missing.length > 0) await loadLanguages(missing)
    if (lacksDiagrams) await loadDiagrams()
    onLoad?.(false)
  }
  const html = markdown.renderer.render(tokens, markdown.options, env)
  if (html.length > maxHtmlLength) throw new RangeError('The HTML of the message is too long.')
  return { html, isFinal: !env.isHurried }
}

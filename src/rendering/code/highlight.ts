import { createOnigurumaEngine } from '@shikijs/engine-oniguruma'
import {
  codeToTokensBase,
  createShikiPrimitiveAsync,
  type ShikiPrimitive,
  type ThemedToken,
} from '@shikijs/primitive'
import { type CodeLanguage, findCodeLanguage } from './code-languages.ts'
import { escapeHtml } from '../escape-html.ts'
import { highlightTheme } from './highlight-theme.ts'

/** Longer code is shown in one colour: highlighting takes about 2 ms per 1,000 characters. */
const maxCodeLength = 100_000

/** Longer lines (minified code) are shown in one colour. */
const maxLineLength = 2_000

let shiki: Promise<ShikiPrimitive> | undefined
let loaded: ShikiPrimitive | undefined

/** Those behind the fences' names whose grammars aren't read yet; unknown names are passed over. */
export function missingLanguages(names: Iterable<string>): CodeLanguage[] {
  const languages = new Set(Array.from(names, (name) => findCodeLanguage(name)))
  return [...languages].filter((language): language is CodeLanguage => !!language && !isLoaded(language.id))
}

/** Reads their grammars; `highlight` knows them from then on. */
export async function loadLanguages(missing: readonly CodeLanguage[]): Promise<void> {
  shiki ??= createShikiPrimitiveAsync({
    themes: [highlightTheme],
    langs: [],
    engine: createOnigurumaEngine(import('@shikijs/engine-oniguruma/wasm-inlined')),
  })
  loaded = await shiki
  for (const language of missing) await loaded.loadLanguage(language.load)
}

function isLoaded(id: string): boolean {
  return loaded?.getLoadedLanguages().includes(id) ?? false
}

/**
 * Code as HTML in the classes of the theme. In one colour if its language is unknown or not loaded, or the code
 * is too long to be worth the time.
 */
export function highlight(code: string, name: string): string {
  const language = findCodeLanguage(name)
  if (!loaded || !language || !isLoaded(language.id) || code.length > maxCodeLength) return escapeHtml(code)
  const lines = codeToTokensBase(loaded, code, {
    lang: language.id,
    theme: 'classes',
    tokenizeMaxLineLength: maxLineLength,
  })
  return lines.map(renderLine).join('\n')
}

function renderLine(tokens: ThemedToken[]): string {
  let html = ''
  let openClass = ''
  for (const token of tokens) {
    // White space has no colour: it joins its neighbour, which spares a third of the elements.
    const tokenClass = token.content.trim() === '' ? openClass : classOf(token)
    if (tokenClass !== openClass) {
      if (openClass) html += '</span>'
      if (tokenClass) html += `<span class="${tokenClass}">`
      openClass = tokenClass
    }
    html += escapeHtml(token.content)
  }
  return openClass ? `${html}</span>` : html
}

/** Font styles are a sum: 1 italic, 2 bold (vscode-textmate's `FontStyle`). */
function classOf(token: ThemedToken): string {
  const classes: string[] = []
  if (token.color && token.color !== 'plain') classes.push(`tk-${token.color}`)
  const style = Math.max(token.fontStyle ?? 0, 0)
  if (style & 1) classes.push('tk-italic')
  if (style & 2) classes.push('tk-bold')
  return classes.join(' ')
}

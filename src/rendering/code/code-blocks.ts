import type { Env, MarkdownIt } from 'markdown-it'
import { findCodeLanguage } from './code-languages.ts'
import { drawDiagram } from '../diagrams/diagrams.ts'
import { escapeHtml } from '../escape-html.ts'
import { highlightWithin } from './highlight-within.ts'
import { forToken } from '../markdown/renderer-rule.ts'

/** Code of more lines is folded. */
const maxOpenLines = 40

/** A line that may be wider than a phone: its box can be reached by the keyboard to scroll. */
const longLine = 30

/**
 * Fenced and indented code: a line with the language and a button to copy, then the code, folded if it is long. */
export function renderCodeBlocks(markdown: MarkdownIt): void {
  markdown.renderer.rules['fence'] = forToken((token, env) => {
    const name = fenceLanguage(token.info)
    const code = withoutLastBreak(token.content)
    const language = findCodeLanguage(name)
    const block = codeBlock(language?.label ?? name, code, highlightWithin(env, code, name), env)
    const diagram = language?.id === 'mermaid' ? drawDiagram(code, env) : undefined
    return diagram === undefined ? block : diagramFigure(diagram, block)
  })
  markdown.renderer.rules['code_block'] = forToken((token, env) => {
    const code = withoutLastBreak(token.content)
    return codeBlock('', code, escapeHtml(code), env)
  })
}

/**
 * The language's name out of what follows the opening fence: `ts`, `{.python}`, `typescript:src/main.ts`,
 * `js {1,3}`. Empty if there is none that a reader would understand.
 */
export function fenceLanguage(info: string): string {
  return /^\s*\{?\.?([A-Za-z][\w+#.-]{0,23})(?![^\s:,{}[\]()=])/.exec(info)?.[1] ?? ''
}

/** The picture, and what it was drawn from behind a line. */
function diagramFigure(diagram: string, block: string): string {
  return (
    `<figure class="diagram"><div class="diagram-scroll" tabindex="0" role="group" aria-label="Diagram">${diagram}</div>` +
    `<details><summary>Code of the diagram</summary>${block}</details></figure>\n`
  )
}

function withoutLastBreak(code: string): string {
  return code.endsWith('\n') ? code.slice(0, -1) : code
}

/** The button's name says which of the message's blocks it copies. */
function codeBlock(label: string, code: string, html: string, env: Env): string {
  const number = Number(env['codeBlocks'] ?? 0) + 1
  env['codeBlocks'] = number
  const name = escapeHtml(label === '' ? `Copy code ${number}` : `Copy code ${number}, ${label}`)
  const lines = code.split('\n')
  const focus = lines.some((line) => line.length > longLine) ? ' tabindex="0"' : ''
  const pre = `<pre${focus}><code>${html}</code></pre>`
  const body =
    lines.length > maxOpenLines
      ? `<details class="code-fold"><summary>${lines.length.toLocaleString('en')} lines</summary>${pre}</details>`
      : pre
  return (
    `<div class="code-block"><div class="code-header"><span class="code-language">${escapeHtml(label)}</span>` +
    `<button type="button" class="copy-code" aria-label="${name}">Copy</button></div>${body}</div>\n`
  )
}

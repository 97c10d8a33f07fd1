import type { Env } from 'markdown-it'
import { findCodeLanguage } from '../code/code-languages.ts'
import { highlightWithin } from '../code/highlight-within.ts'
import { escapeHtml } from '../escape-html.ts'
import type { DescribedCall, StepLine, ToolCall } from './describe-steps.ts'
import type { Patch, PatchLine } from './patch.ts'
import { withoutTerminalEscapes } from './terminal-escapes.ts'

/** Code and output of more lines are folded. */
const mostOpenLines = 24

/** A line that may be wider than a phone: its box can be reached by the keyboard to scroll. */
const longLine = 30

/** Outputs that are longer lose their middle: what they began with and how they ended tells most. */
const longestOutput = { chars: 16_000, lines: 400 }

/** The language that a file's name tells: `.ts`, `Dockerfile`. Empty if none does. */
function fileLanguage(path: string): string {
  const name = path.slice(-200).split(/[\\/]/).at(-1) ?? ''
  const known = [name, name.split('.').at(-1) ?? ''].find((each) => findCodeLanguage(each))
  return known ?? ''
}

/** The languages that a call's highlighting needs. */
export function callLanguages({ name }: ToolCall, { kind, path }: DescribedCall): readonly string[] {
  if (kind === 'run') return [shellOf(name)]
  if (kind === 'edit' || kind === 'write') return [fileLanguage(path)]
  return ['json']
}

function shellOf(name: string): string {
  return /^(?:powershell|pwsh)/i.test(name) ? 'powershell' : /^cmd/i.test(name) ? 'bat' : 'bash'
}

export function lineHtml({ verb, subject, note }: StepLine, isError: boolean): string {
  const code = subject === '' ? '' : ` <code>${escapeHtml(subject)}</code>`
  return `${escapeHtml(verb)}${code}${escapeHtml(note)}${isError ? failedMark('failed') : ''}`
}

export function failedMark(text: string): string {
  return ` <span class="step-failed">${text}</span>`
}

/** What a call opens to. */
export function callHtml(call: ToolCall, described: DescribedCall, env: Env): string {
  const { kind, patch, path, input, command } = described
  const result = call.result === undefined ? '' : outputHtml(call.result)
  if (patch) return boxHtml(diffHtml(patch, env)) + (call.isError ? result : '')
  if (kind === 'write' && input.rest !== '') {
    return codeHtml(input.rest, fileLanguage(path), env) + (call.isError ? result : '')
  }
  if (kind === 'run') return codeHtml(command, shellOf(call.name), env, 'step-code step-command') + result
  if (isSaid(call, described)) return result
  return (/^[{[]/.test(call.body) ? codeHtml(call.body, 'json', env) : textHtml(call.body)) + result
}

/** Whether the step's line says all that was asked. */
function isSaid({ body }: ToolCall, { line, input: { subject, parameters } }: DescribedCall): boolean {
  const more = [...parameters.keys()].filter((key) => key !== 'offset' && key !== 'limit')
  const lines = body.trimEnd().split('\n')
  return line.subject === subject && more.length === 0 && lines.length === 1 + parameters.size
}

function codeHtml(code: string, language: string, env: Env, kind = 'step-code'): string {
  const text = withoutLastBreak(code)
  return text === '' ? '' : boxHtml(preHtml(text, highlightWithin(env, text, language)), kind)
}

function textHtml(text: string): string {
  const shown = withoutLastBreak(text)
  return shown === '' ? '' : boxHtml(cutHtml(shown))
}

/** What came back. */
export function outputHtml(output: string): string {
  const text = withoutLastBreak(withoutTerminalEscapes(output))
  if (text.trim() === '') return '<p class="step-none">No output.</p>'
  return `<div class="step-output">${outputPieces(text)}</div>`
}

/** A picture that a tool gave back, on a line of its own. */
const picture = /^!\[((?:[^[\]\n\\]|\\[^\n])*)\]\(file:([A-Za-z0-9_-]{22})\)$/

function outputPieces(text: string): string {
  if (!text.includes('](file:')) return cutHtml(text)
  const pieces: string[] = []
  let words: string[] = []
  const flush = (): void => {
    const said = words.join('\n').replace(/^\n+|\n+$/g, '')
    if (said.trim() !== '') pieces.push(cutHtml(said))
    words = []
  }
  for (const line of text.split('\n')) {
    const [, alt, id] = picture.exec(line) ?? []
    if (id === undefined) words.push(line)
    else {
      flush()
      pieces.push(`<p><img data-file="${id}" alt="${escapeHtml((alt ?? '').replace(/\\(.)/g, '$1'))}"></p>`)
    }
  }
  flush()
  return pieces.join('')
}

function cutHtml(text: string): string {
  const cut = cutMiddle(text)
  return preHtml(cut, escapeHtml(cut), cut === text ? 'Show all #' : 'Show #')
}

function boxHtml(html: string, kind = 'step-code'): string {
  return `<div class="${kind}">${html}</div>`
}

function preHtml(text: string, html: string, show = 'Show all #', kind = ''): string {
  const lines = text.split('\n')
  const focus = lines.some((line) => line.length > longLine) ? ' tabindex="0"' : ''
  const pre = `<pre${focus}><code${kind}>${html}</code></pre>`
  return lines.length > mostOpenLines
    ? `<details class="code-fold"><summary>${show.replace('#', lines.length.toLocaleString('en'))} lines</summary>${pre}</details>`
    : pre
}

/** A diff: each changed line keeps its mark, so that colour isn't all that tells them apart. */
function diffHtml({ path, lines }: Patch, env: Env): string {
  const language = fileLanguage(path)
  // Each side is a program by itself: together, a string that one leaves open would colour the other.
  const before = highlightSide(lines, 'added', language, env)
  const after = highlightSide(lines, 'removed', language, env)
  let html = ''
  for (const [index, { kind, text }] of lines.entries()) {
    const code = (kind === 'removed' ? before : after)[index] ?? escapeHtml(text)
    if (kind === 'added') html += `<ins>+${code}\n</ins>`
    else if (kind === 'removed') html += `<del>-${code}\n</del>`
    else if (kind === 'head') html += `<span class="diff-head">${escapeHtml(text)}\n</span>`
    else html += ` ${code}\n`
  }
  const text = lines.map((line) => ` ${line.text}`).join('\n')
  return preHtml(text, html, 'Show all #', ' class="diff"')
}

/** Highlights a side of a diff, which is all lines but those of the other; by the lines' index. */
function highlightSide(
  lines: readonly PatchLine[],
  other: 'added' | 'removed',
  language: string,
  env: Env,
): (string | undefined)[] {
  const html: (string | undefined)[] = []
  const own = [...lines.entries()].filter(([, { kind }]) => kind !== other && kind !== 'head')
  const isNeeded = other === 'removed' || own.some(([, { kind }]) => kind === 'removed')
  if (language === '' || !isNeeded) return html
  const highlighted = highlightWithin(env, own.map(([, { text }]) => text).join('\n'), language).split('\n')
  for (const [at, [index]] of own.entries()) html[index] = highlighted[at]
  return html
}

/** Cuts a long text in the middle, at lines where there are some, and says what is missing there. */
function cutMiddle(text: string): string {
  const lines = text.split('\n')
  if (text.length <= longestOutput.chars && lines.length <= longestOutput.lines) return text
  const half = longestOutput.lines / 2
  const head = lines
    .slice(0, half)
    .join('\n')
    .slice(0, longestOutput.chars / 2)
  const tail = lines
    .slice(-half)
    .join('\n')
    .slice(-longestOutput.chars / 2)
  const missing = text.length - head.length - tail.length
  if (missing <= 0) return text
  const missingLines = lines.length - head.split('\n').length - tail.split('\n').length
  const what =
    missingLines > 1
      ? `${missingLines.toLocaleString('en')} lines`
      : `${missing.toLocaleString('en')} characters`
  return `${head.toWellFormed()}\n\n… ${what} are left out here …\n\n${tail.toWellFormed()}`
}

function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

import { firstText, isObject, type JsonObject, arrayOf, objectOf } from '../streams/loose-json.ts'
import { fenced } from '../text/markdown-blocks.ts'

/** The documents that the model wrote beside the conversation, by name; changes go to the one written last. */
export type Canvases = { latest: Canvas | undefined }
type Canvas = { name: string; kind: string; content: string }

/**
 * What a call of ChatGPT's canvas made: the document after it, as code or text. Undefined where the call can't be read or
 * only comments on the document.
 */
export function canvasOf(recipient: string, call: string, canvases: Canvases): string | undefined {
  const input = parsed(call)
  if (input === undefined) return undefined
  if (recipient === 'canmore.create_textdoc') {
    const content = firstText(input['content'])
    if (content === undefined) return undefined
    const canvas = {
      name: firstText(input['name'], input['title']) ?? 'canvas',
      kind: firstText(input['type']) ?? '',
      content,
    }
    canvases.latest = canvas
    return shown(canvas)
  }
  if (recipient !== 'canmore.update_textdoc' || canvases.latest === undefined) return undefined
  const before = canvases.latest
  const content = arrayOf(input['updates']).reduce<string>(
    (text, update) => changed(text, objectOf(update)),
    before.content,
  )
  canvases.latest = { ...before, content }
  return shown(canvases.latest)
}

function parsed(call: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(call)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * One update: a pattern in Python's `re`, and what comes in its place. ".*" is the whole document. Others are looked for as
 * the text they spell: running somebody's expression could take forever, and almost all of them are escaped text.
 */
function changed(text: string, update: JsonObject): string {
  const pattern = firstText(update['pattern'])
  const replacement = typeof update['replacement'] === 'string' ? update['replacement'] : undefined
  if (pattern === undefined || replacement === undefined) return text
  if (/^\^?(?:\(\?s\))?(?:\.\*|\[\\s\\S\]\*|\(\.\*\)|\(\?s:\.\*\))\$?$/.test(pattern))
    return expanded(replacement, text)
  const literal = literalOf(pattern)
  if (literal === undefined || literal === '' || !text.includes(literal)) return text
  return update['multiple'] === true
    ? text.split(literal).join(replacement)
    : text.replace(literal, () => replacement)
}

/** A replacement may put back all that was there. */
function expanded(replacement: string, whole: string): string {
  return replacement.replace(/\\g<0>|\\0/g, () => whole)
}

/** The text that an expression spells, or undefined where it is more than text. */
function literalOf(pattern: string): string | undefined {
  let literal = ''
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern.charAt(i)
    if (sign === '\\') {
      const next = pattern.charAt(++i)
      if (next === 'n') literal += '\n'
      else if (next === 't') literal += '\t'
      else if (/[A-Za-z0-9]/.test(next) || next === '') return undefined
      else literal += next
    } else if ('*+?|^$'.includes(sign)) return undefined
    else literal += sign
  }
  return literal
}

function shown({ name, kind, content }: Canvas): string {
  const language = kind.startsWith('code/')
    ? kind.slice('code/'.length)
    : kind === 'document'
      ? 'markdown'
      : ''
  return `**Canvas: ${name.replace(/[\s*`]+/g, ' ').trim()}**\n\n${fenced(content, languages[language] ?? language)}`
}

const languages: Readonly<Record<string, string>> = { react: 'jsx', other: '' }

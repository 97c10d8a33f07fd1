import type { ReadOptions } from './imported-chat.ts'
import { firstText, isObject } from './streams/loose-json.ts'
import { noteOf } from './text/markdown-blocks.ts'

const reference = /^(?:data:[\w/+.-]+(?:;[\w=.-]+)?;base64,)?file:([A-Za-z0-9_-]{22})$/
const inMarkdown = /\]\(data:[\w/+.-]{1,60}(?:;[\w=.-]{1,60})?;base64,file:([A-Za-z0-9_-]{22})\)/g

/** The id in a text that was a file before it was pulled out (streams/pull-out-files.ts). */
export function pulledOutId(value: unknown): string | undefined {
  return typeof value === 'string' && value.length < 200 ? reference.exec(value)?.[1] : undefined
}

/** Fields in which a part's bytes lie, or what holds them. */
const fields = [
  'data',
  'url',
  'image_url',
  'imageUrl',
  'image',
  'source',
  'inlineData',
  'inline_data',
  'inlineImage',
  'file',
  'file_data',
  'fileData',
  'result',
  'content',
  'base64',
  'dataUrl',
  'data_url',
  'uri',
  'filepath',
]

/** The id of the file that a part holds: however its format calls it, the bytes are a text in it or one level below. */
export function embeddedId(part: unknown, depth = 0): string | undefined {
  const own = pulledOutId(part)
  if (own !== undefined || !isObject(part) || depth > 2) return own
  for (const field of fields) {
    const id = embeddedId(part[field], depth + 1)
    if (id !== undefined) return id
  }
  return undefined
}

/** A file of so few bytes that it wasn't pulled out of the text. */
export function keptShort(data: unknown, files: ReadOptions['files'], name?: string): string | undefined {
  const base64 = /^data:[\w/+.-]{1,60};base64,([\w+/=]{1,100})$/.exec(
    typeof data === 'string' ? data : '',
  )?.[1]
  const named = name === undefined ? {} : { name }
  return base64 === undefined ? undefined : files?.keep({ bytes: Buffer.from(base64, 'base64'), ...named })
}

/** What shows a file in a message. */
export function embedded(id: string, isPicture: boolean, name?: string): string {
  const text = (name ?? '')
    .slice(0, 200)
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[\\[\]`*_<>!&~$]/g, '\\$&')
    .trim()
  return `${isPicture ? '!' : ''}[${text || (isPicture ? 'image' : 'file')}](file:${id})`
}

/** The address of a picture that lies elsewhere on the web: it stays a link. */
export function webAddressIn(part: unknown): string | undefined {
  if (!isObject(part)) return undefined
  const { url, image_url: image, source } = part
  const address = firstText(
    url,
    image,
    isObject(image) ? image['url'] : undefined,
    isObject(source) ? source['url'] : undefined,
  )
  return address !== undefined && /^https?:\/\/[^\s<>()]{1,2000}$/.test(address) ? address : undefined
}

/** A message's text in which pictures that Markdown held are references. */
export function withReferences(content: string): string {
  return content.includes(';base64,file:') ? content.replace(inMarkdown, '](file:$1)') : content
}

/** The id that ChatGPT has for a file, in a name or in what points to it: `file-service://file-…`, `sediment://file_…`. */
export function chatGptFile(pointer: string): string | undefined {
  return /(?:^|\/)(file[-_][A-Za-z0-9]{8,64})/.exec(pointer)?.[1]
}

/** A text with notes in place of its files: what it says, wherever and whether its files are kept. */
export function withNotes(content: string): string {
  if (!content.includes('](file:')) return content
  return content.replace(
    /(!?)\[((?:[^[\]\n\\]|\\[^\n]){0,500})\]\(file:[A-Za-z0-9_-]{22}\)/g,
    (_, mark: string, text: string) => {
      const what = mark === '' ? 'file' : 'image'
      const name = text.replace(/\\(.)/g, '$1')
      return noteOf(what, name === what ? undefined : name)
    },
  )
}

import { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import { fileBytes, type OpenFile } from '../../reading/kept-files.ts'
import type { Context } from '../../actions/context.ts'
import type { Answer } from '../pipeline/answer.ts'
import type { AskedRequest } from '../pipeline/asked.ts'
import { namesEtag } from '../input/negotiate.ts'
import { readRange } from '../input/range.ts'
import { attachment } from './attachment.ts'

/** A file is never a page: whatever is in it runs nothing, loads nothing and is in no frame. Browsers style pictures. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/** The answer with a file's bytes, or with a part of them. */
export async function fileAnswer(
  context: Context,
  open: OpenFile,
  { method, headers: asked }: AskedRequest,
  caching: string,
): Promise<Answer> {
  const { etag, size } = open
  const headers: Record<string, string> = {
    etag,
    'cache-control': caching,
    'content-security-policy': POLICY,
    'accept-ranges': 'bytes',
  }
  if (namesEtag(asked['if-none-match'], etag)) return { status: 304, headers }
  const isWholeMeant = asked['if-range'] !== undefined && asked['if-range'] !== etag
  const range = isWholeMeant ? 'all' : readRange(asked.range, size)
  if (range === 'none') {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } }
  }
  const { start, end } = range === 'all' ? { start: 0, end: size } : range
  Object.assign(headers, typeHeaders(open))
  const whole = range === 'all' ? context.files.whole(open) : undefined
  if (whole) {
    const bytes = Buffer.isBuffer(whole) ? whole : await whole
    return { headers, parts: { parts: [bytes], length: bytes.length } }
  }
  headers['content-length'] = String(end - start)
  if (range !== 'all') headers['content-range'] = `bytes ${start}-${end - 1}/${size}`
  return {
    status: range === 'all' ? 200 : 206,
    headers,
    body: Readable.from(method === 'HEAD' ? [] : fileBytes(context.store, open, start, end)),
  }
}

/** By what they say: a name that all browsers read takes longer to write than all else of an answer. */
const written = new LRUCache<string, Readonly<Record<string, string>>>({ max: 5000 })

function typeHeaders(open: OpenFile): Readonly<Record<string, string>> {
  const { file, variant, mediaType } = open
  const key = `${file.dimensions ? 'shown' : 'download'} ${variant} ${mediaType} ${file.name}`
  const known = written.get(key)
  if (known) return known
  const headers = writeTypeHeaders(open)
  written.set(key, headers)
  return headers
}

/** Pictures that were encoded anew are shown; all else is a download of no type, whatever it says it is. */
function writeTypeHeaders({ file, variant, mediaType }: OpenFile): Record<string, string> {
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(file.name)?.[0] ?? ''
  const base = ending === '' ? file.name : file.name.slice(0, -ending.length)
  if (!file.dimensions) {
    return { 'content-type': 'application/octet-stream', 'content-disposition': attachment(base, ending) }
  }
  const own = `.${(variant === 'small' ? 'webp' : mediaType.replace('image/', '')).replace('jpeg', 'jpg')}`
  return {
    'content-type': mediaType,
    'content-disposition': attachment(base, own).replace(/^attachment/, 'inline'),
  }
}

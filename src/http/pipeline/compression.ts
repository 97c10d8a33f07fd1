import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { LARGEST_IN_MEMORY } from '../../reading/kept-bodies.ts'
import { unpooled } from '../../reading/unpooled.ts'
import { chooseEncoding } from '../input/encoding.ts'
import type { Headers } from './answer.ts'
import type { AskedRequest } from './asked.ts'

/** What is smaller fits into one packet as it is. */
const LEAST_BYTES = 1024
const KEPT_BYTES = 16 * 1024 * 1024
/** What isn't kept is compressed anew for each asker. */
const MOST_UNKEPT_BYTES = 2 * 1024 * 1024
/** Beyond them answers go out as they are: nobody keeps the threads busy by asking. */
const MOST_AT_ONCE = 8
/** Much smaller than what gzip makes at this quality, in the same time. */
const BROTLI_QUALITY = 5

type Encoding = 'br' | 'gzip'
const ENCODINGS: readonly Encoding[] = ['br', 'gzip']

const gzipped = promisify(gzip)
const brotli = promisify(brotliCompress)

/** Of finished answers, by their ETag, which no other bytes have: they are compressed once. */
const kept = new LRUCache<string, Buffer>({
  maxSize: KEPT_BYTES,
  maxEntrySize: KEPT_BYTES / 2,
  sizeCalculation: ({ length }) => length + 1,
})

const making = new Map<string, Promise<Buffer>>()
let underWay = 0

/**
 * How an answer is to be compressed; undefined to send it as it is: what is small, a file to be kept, or compressed already.
 *
 * How well an answer compresses tells whoever watches the wire of what it repeats (BREACH). So what another site makes a
 * browser ask for, which is how somebody gets to try one guess after another, and what isn't only read, is never compressed.
 *
 * @param headers get a `Vary` where it depends on the request
 * @param isFinished whether its ETag names exactly these bytes, for everybody
 */
export function encodingFor(
  { method, headers: asked }: AskedRequest,
  status: number,
  headers: Headers,
  length: number,
  isFinished: boolean,
): Encoding | undefined {
  if (length < LEAST_BYTES || length > (isFinished ? LARGEST_IN_MEMORY : MOST_UNKEPT_BYTES)) return undefined
  if (status !== 200) return undefined
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (headers['content-encoding'] !== undefined || headers['content-disposition'] !== undefined)
    return undefined
  if (!/^(?:text\/|application\/json\b|image\/svg)/.test(String(headers['content-type']))) return undefined
  const vary = String(headers['vary'])
  if (!vary.includes('Accept-Encoding')) headers['vary'] = `${vary}, Accept-Encoding`
  const accepted = asked['accept-encoding']
  if (accepted === undefined || isFromElsewhere(asked['sec-fetch-site'])) return undefined
  if (underWay >= MOST_AT_ONCE) return undefined
  return chooseEncoding(accepted, ENCODINGS)
}

function isFromElsewhere(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/**
 * Compresses an answer's bytes.
 *
 * @param headers tell of it; an ETag becomes a weak one, as it names the bytes before
 * @param isFinished whether its ETag names exactly these bytes, for everybody
 */
export async function compress(
  bytes: string | Buffer,
  encoding: Encoding,
  headers: Headers,
  isFinished: boolean,
): Promise<Buffer> {
  const etag = headers['etag']
  headers['content-encoding'] = encoding
  if (etag === undefined) return encode(bytes, encoding)
  headers['etag'] = `W/${String(etag)}`
  if (!isFinished) return encode(bytes, encoding)
  const key = `${encoding} ${String(etag)}`
  const known = kept.get(key)
  if (known) return known
  // Those who ask at the same time wait for the first of them.
  const running = making.get(key) ?? encode(bytes, encoding).finally(() => making.delete(key))
  making.set(key, running)
  const encoded = await running
  kept.set(key, unpooled(encoded))
  return encoded
}

async function encode(bytes: string | Buffer, encoding: Encoding): Promise<Buffer> {
  underWay++
  try {
    if (encoding === 'gzip') return await gzipped(bytes)
    return await brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
  } finally {
    underWay--
  }
}

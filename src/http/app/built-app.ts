import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, gzip } from 'node:zlib'

const compress = { br: promisify(brotliCompress), gzip: promisify(gzip) }
const unpack = promisify(brotliDecompress)

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** One file of the built app. */
export interface AppFile {
  readonly type: string
  /** Its bytes, in this encoding; made when they are first asked for, then kept. */
  encoded(encoding: 'br' | 'gzip' | undefined): Promise<Buffer>
}

/** `dist/web`, whether this file runs from `src/http/app` or compiled from `dist/http/app`. */
function folder(): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const compiled = fileURLToPath(new URL('../../web/', import.meta.url))
  return import.meta.url.endsWith('.ts') ? join(root, 'dist/web') : compiled
}

/**
 * Reads the owner's app as the build left it. Only what is found here is ever served, by exactly its name, so no
 * path in a request leads anywhere else.
 *
 * @returns files by name, such as `index.html` and `assets/main-1a2b3c.js`; none where the app isn't built
 */
export function readBuiltApp(): ReadonlyMap<string, AppFile> {
  const files = new Map<string, AppFile>()
  const root = folder()
  if (!existsSync(join(root, 'index.html'))) return files
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const name = entry.replaceAll('\\', '/').replace(/\.br$/, '')
    const type = TYPES[extname(name)]
    if (type !== undefined)
      files.set(name, appFile(type, readFileSync(join(root, entry)), entry.endsWith('.br')))
  }
  return files
}

/** @param isPacked the build has compressed it by brotli */
function appFile(type: string, bytes: Buffer, isPacked: boolean): AppFile {
  const made = new Map<'br' | 'gzip' | undefined, Promise<Buffer>>([
    [isPacked ? 'br' : undefined, Promise.resolve(bytes)],
  ])
  async function make(encoding: 'br' | 'gzip' | undefined): Promise<Buffer> {
    if (encoding === undefined) return unpack(bytes)
    return compress[encoding](await encoded(undefined))
  }
  function encoded(encoding: 'br' | 'gzip' | undefined): Promise<Buffer> {
    const known = made.get(encoding) ?? make(encoding)
    made.set(encoding, known)
    return known
  }
  return { type, encoded }
}

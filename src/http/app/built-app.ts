import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

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
  readonly bytes: Buffer
  /** packed when it is first asked for, then kept */
  gzipped(): Promise<Buffer>
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
    const type = TYPES[extname(entry)]
    if (type !== undefined)
      files.set(entry.replaceAll('\\', '/'), appFile(type, readFileSync(join(root, entry))))
  }
  return files
}

function appFile(type: string, bytes: Buffer): AppFile {
  let packed: Promise<Buffer> | undefined
  return {
    type,
    bytes,
    gzipped: () => (packed ??= compress(bytes, { level: 9 })),
  }
}

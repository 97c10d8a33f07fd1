import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { ASSET_FOLDER, pageAssetUrl } from './page-asset-url.ts'
import { withoutComments } from './without-comments.ts'

/** A file that pages refer to. Its name carries a hash of its content, so it never changes. */
export interface PageAsset {
  readonly url: string
  readonly contentType: string
  readonly bytes: Buffer
  /** there when it is smaller */
  readonly gzipped: Buffer | undefined
}

/** What the pages' heads name. */
export interface PageAssets {
  readonly style: PageAsset
  readonly landingStyle: PageAsset
  readonly docsStyle: PageAsset
  readonly script: PageAsset
  readonly icon: PageAsset
  /** of the page to sign in */
  readonly passkeyScript: PageAsset
  /** the picture of link previews, 1200 × 630 */
  readonly card: PageAsset
}

let read: { readonly named: PageAssets; readonly all: readonly PageAsset[] } | undefined

/** The files of all pages, read once, when the first page is asked for. */
export function pageAssets(): PageAssets {
  read ??= readAssets()
  return read.named
}

/** @param fileName as the URL has it, with the hash */
export function findPageAsset(fileName: string): PageAsset | undefined {
  read ??= readAssets()
  return read.all.find(({ url }) => url === `${ASSET_FOLDER}/${fileName}`)
}

function readAssets(): NonNullable<typeof read> {
  const inStyle = {
    'stix-two-math.woff2': font('stix-two-math'),
    'stix-two-math-letters.woff2': font('stix-two-math-letters'),
    'person.svg': asset('person', 'svg', beside('./assets/person.svg')),
    'spark.svg': asset('spark', 'svg', beside('./assets/spark.svg')),
  }
  let styles = ['../../rendering/tokens.css', '../../rendering/message.css', './assets/page.css']
    .map(beside)
    .join('\n')
  for (const [file, { url }] of Object.entries(inStyle)) styles = styles.replace(`'${file}'`, `'${url}'`)
  const style = asset('page', 'css', withoutComments(styles))
  const scripts = ['./assets/theme.js', './assets/message.js', './assets/page.js'].map(beside).join('\n')
  const script = asset('page', 'js', withoutComments(scripts))
  const icon = asset('icon', 'svg', beside('./assets/favicon.svg'))
  const card = asset('card', 'png', readFileSync(new URL('./assets/card.png', import.meta.url)))
  const landingStyle = asset('landing', 'css', withoutComments(beside('./assets/landing.css')))
  const docsStyle = asset('docs', 'css', withoutComments(beside('./assets/docs.css')))
  const passkeyScript = asset('passkey', 'js', withoutComments(beside('./assets/passkey.js')))
  const named = { style, landingStyle, docsStyle, script, icon, card, passkeyScript }
  return { named, all: [...Object.values(named), ...Object.values(inStyle)] }
}

/** @param path from this file; the build keeps these files beside the compiled code */
function beside(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

function font(name: string): PageAsset {
  return asset(name, 'woff2', readFileSync(new URL(`../../rendering/${name}.woff2`, import.meta.url)))
}

const TYPES = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
} as const

function asset(name: string, extension: keyof typeof TYPES, content: string | Buffer): PageAsset {
  const bytes = Buffer.from(content)
  const url = pageAssetUrl(name, extension, bytes)
  const gzipped = gzipSync(bytes, { level: 9 })
  return {
    url,
    contentType: TYPES[extension],
    bytes,
    gzipped: gzipped.length < bytes.length * 0.9 ? gzipped : undefined,
  }
}

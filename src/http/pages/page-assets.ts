import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { mathFontFile } from '../../rendering/math-font.ts'

/** A file that pages refer to. Its name carries a hash of its content, so it never changes. */
export interface PageAsset {
  readonly url: string
  readonly contentType: string
  readonly bytes: Buffer
  /** there when it is smaller */
  readonly gzipped: Buffer | undefined
}

export interface PageAssets {
  readonly style: PageAsset
  readonly script: PageAsset
  readonly icon: PageAsset
  readonly mathFont: PageAsset
}

export const ASSET_FOLDER = '/page-assets'

let assets: PageAssets | undefined

/** The files of all pages, read once, when the first page is asked for. */
export function pageAssets(): PageAssets {
  assets ??= readAssets()
  return assets
}

/** @param fileName as the URL has it, with the hash */
export function findPageAsset(fileName: string): PageAsset | undefined {
  return Object.values<PageAsset>({ ...pageAssets() }).find(
    ({ url }) => url === `${ASSET_FOLDER}/${fileName}`,
  )
}

function readAssets(): PageAssets {
  const mathFont = asset('stix-two-math', 'woff2', 'font/woff2', readFileSync(mathFontFile))
  const messageStyle = beside('../../rendering/message.css').replace('stix-two-math.woff2', mathFont.url)
  const style = withoutComments(`${messageStyle}\n${beside('./assets/page.css')}`)
  return {
    mathFont,
    style: asset('page', 'css', 'text/css; charset=utf-8', Buffer.from(style)),
    script: asset(
      'page',
      'js',
      'text/javascript; charset=utf-8',
      Buffer.from(withoutComments(beside('./assets/page.js'))),
    ),
    icon: asset('icon', 'svg', 'image/svg+xml', Buffer.from(beside('./assets/favicon.svg'))),
  }
}

/** @param path from this file; the build keeps these files beside the compiled code */
function beside(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

function asset(name: string, extension: string, contentType: string, bytes: Buffer): PageAsset {
  const url = `${ASSET_FOLDER}/${name}.${hash('sha256', bytes, 'hex').slice(0, 12)}.${extension}`
  const gzipped = gzipSync(bytes, { level: 9 })
  return { url, contentType, bytes, gzipped: gzipped.length < bytes.length * 0.9 ? gzipped : undefined }
}

/** What people read and browsers don't: comments on lines of their own, and indentation. */
function withoutComments(source: string): string {
  return source
    .replace(/^\s*\/\*[^]*?\*\/$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '')
}

import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { runPackage } from './run-package.ts'

const SOURCES = [
  'web/**/*',
  'src/{accounts,chats,client,contract,importing,sharing}/**/*',
  'src/http/pages/assets/{theme,message}.js',
  'src/http/pages/assets/favicon.svg',
  'src/rendering/{tokens,message}.css',
  'package-lock.json',
]

/** What stands beside the sources and belongs into no build. */
export const NO_SOURCES = ['**/*.test.ts']

/** Builds the owner's app into dist/web; its texts are compressed once, here. */
export function buildApp(): void {
  runPackage('vite', 'bin/vite.js', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'])
  for (const file of globSync('dist/web/assets/*.{js,css,svg}')) {
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)))
    rmSync(file)
  }
}

/** Whether dist/web is newer than everything it was made from. */
export function isAppBuilt(): boolean {
  const built = statSync('dist/web/index.html', { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) return false
  const sources = globSync(SOURCES, { exclude: NO_SOURCES, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return sources.every(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs <= built)
}

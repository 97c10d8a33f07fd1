import { globSync, statSync } from 'node:fs'
import { runPackage } from './run-package.ts'

const SOURCES = ['web/**/*', 'src/{accounts,chats,contract,importing,sharing}/**/*', 'package-lock.json']

/** Builds the owner's app into dist/web. */
export function buildApp(): void {
  runPackage('vite', 'bin/vite.js', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'])
}

/** Whether dist/web is newer than everything it was made from. */
export function isAppBuilt(): boolean {
  const built = statSync('dist/web/index.html', { throwIfNoEntry: false })?.mtimeMs
  return built !== undefined && globSync(SOURCES).every((file) => statSync(file).mtimeMs <= built)
}

/**
 * Builds what `npm start` runs: the server into dist/, with the files that stand beside its code, and the owner's
 * app into dist/web.
 *
 * Usage: npm run build
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { buildApp } from './build-app.ts'
import { buildServer } from './build-server.ts'
import { BUILD_STAMP } from './build-stamp.ts'

rmSync('dist', { recursive: true, force: true })
await buildServer('dist')
buildApp()
// npm does so when it installs the package, but not again after a build in a linked folder.
chmodSync('dist/cli/main.js', 0o755)
writeFileSync(BUILD_STAMP, `${new Date().toISOString()}\n`)

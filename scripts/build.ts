/**
 * Builds what `npm start` runs: the server into dist/, with the files that stand beside its code, and the owner's
 * app into dist/web.
 *
 * Usage: npm run build
 */
import { chmodSync, cpSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { buildApp } from './build-app.ts'
import { BUILD_STAMP } from './build-stamp.ts'
import { runPackage } from './run-package.ts'

const ASSETS = 'src/**/*.{css,js,png,svg,woff2}'

rmSync('dist', { recursive: true, force: true })
runPackage('typescript', 'bin/tsc', ['-p', 'tsconfig.build.json'])
buildApp()
for (const file of globSync(ASSETS)) cpSync(file, file.replace(/^src/, 'dist'))
// npm does so when it installs the package, but not again after a build in a linked folder.
chmodSync('dist/cli/main.js', 0o755)
writeFileSync(BUILD_STAMP, `${new Date().toISOString()}\n`)

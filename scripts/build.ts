/**
 * Builds what `npm start` runs: the server into dist/, with the files that stand beside its code.
 *
 * Usage: npm run build
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { BUILD_STAMP } from './build-stamp.ts'

const ASSETS = 'src/**/*.{css,js,svg,woff2}'

/** Runs a package's command with this Node, wherever npm put it. */
function run(packageName: string, script: string, args: readonly string[]): void {
  const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`))
  execFileSync(process.execPath, [join(folder, script), ...args], { stdio: 'inherit' })
}

rmSync('dist', { recursive: true, force: true })
run('typescript', 'bin/tsc', ['-p', 'tsconfig.build.json'])
for (const file of globSync(ASSETS)) cpSync(file, file.replace(/^src/, 'dist'))
writeFileSync(BUILD_STAMP, `${new Date().toISOString()}\n`)

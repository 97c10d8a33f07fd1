import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const FOLDER = resolve(import.meta.dirname, '../../test-results/nodes')
/** The last of each line that the package says it runs on. */
const VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } as const

export type OtherNode = keyof typeof VERSIONS

/**
 * Other versions of Node from npm, as people have them installed; kept for the next run.
 *
 * @returns their folders with the program `node`; a sentence where npm has none for this machine or can't be reached
 */
export async function findOtherNodes<const Lines extends readonly OtherNode[]>(
  lines: Lines,
): Promise<Record<Lines[number], string> | string> {
  if (process.platform !== 'linux') return 'other versions of Node are fetched on Linux alone'
  const name = `node-linux-${process.arch}`
  try {
    const folders = await Promise.all(lines.map((line) => install(name, VERSIONS[line])))
    return Object.fromEntries(lines.map((line, index) => [line, folders[index]])) as Record<
      Lines[number],
      string
    >
  } catch (error) {
    return `npm can't bring other versions of Node: ${error instanceof Error ? error.message.split('\n').at(-1) : ''}`
  }
}

async function install(name: string, version: string): Promise<string> {
  const place = join(FOLDER, version)
  if (!existsSync(place)) {
    await mkdir(FOLDER, { recursive: true })
    const fresh = await mkdtemp(join(FOLDER, 'fetching-'))
    await run('npm', [
      'install',
      '--prefix',
      fresh,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `${name}@${version}`,
    ])
    // Another test may have been sooner.
    await rename(fresh, place).catch(() => rm(fresh, { recursive: true }))
  }
  return join(place, 'node_modules', name, 'bin')
}

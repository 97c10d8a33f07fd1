import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openCodeStorage } from '../../importing/agents/opencode-storage.ts'

/**
 * A session of opencode as `opencode export` would write it, from the files in which it lies; undefined for any file
 * but that of a session in its storage folder (`storage/session/<project>/<session>.json`).
 */
export function openCodeExport(file: string): Buffer | undefined {
  if (!/^ses_\w+\.json$/.test(basename(file)) || basename(dirname(dirname(file))) !== 'session')
    return undefined
  const folder = dirname(dirname(dirname(file)))
  const storage = openCodeStorage()
  const add = (...path: string[]): void =>
    storage.add(`storage/${path.join('/')}`, bytesOf(join(folder, ...path)))
  add('session', basename(dirname(file)), basename(file))
  const session = basename(file, '.json')
  for (const message of filesIn(join(folder, 'message', session))) {
    add('message', session, message)
    const id = basename(message, '.json')
    for (const part of filesIn(join(folder, 'part', id))) add('part', id, part)
  }
  const [whole] = storage.exports()
  return whole === undefined ? undefined : Buffer.from(JSON.stringify(whole))
}

function filesIn(folder: string): string[] {
  return globSync('*.json', { cwd: folder })
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch {
    return new Uint8Array()
  }
}

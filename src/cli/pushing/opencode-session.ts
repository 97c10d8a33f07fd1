import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * A session of opencode as `opencode export` would write it, from the files in which it lies: the session's own, one for
 * each message and one for each part of it (`storage/session/<project>/<session>.json`, `storage/message/<session>/…`,
 * `storage/part/<message>/…`). Undefined for any other file.
 */
export function openCodeExport(file: string): Buffer | undefined {
  if (!/^ses_\w+\.json$/.test(basename(file)) || basename(dirname(dirname(file))) !== 'session')
    return undefined
  const storage = dirname(dirname(dirname(file)))
  const session = basename(file, '.json')
  const messages = valuesIn(join(storage, 'message', session)).map((info) => ({
    info,
    parts: valuesIn(join(storage, 'part', idOf(info))),
  }))
  return Buffer.from(JSON.stringify({ info: readJson(file) ?? {}, messages }))
}

/** The values of a folder's files in the order of their names, which are in the order of time. */
function valuesIn(folder: string): unknown[] {
  return globSync('*.json', { cwd: folder })
    .toSorted()
    .flatMap((name) => readJson(join(folder, name)) ?? [])
}

function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' && /^\w+$/.test(id) ? id : '-'
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

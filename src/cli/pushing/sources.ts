import { createReadStream, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { Failure } from '../failure.ts'
import { databaseExport } from './database-sessions.ts'
import { keepInput } from './kept-input.ts'
import { openCodeExport } from './opencode-session.ts'
import { systemReason } from '../system-reason.ts'

/** Something to take chats from. */
export type Source = {
  /** What to call it. */
  readonly name: string
  /** Where it lies; undefined for what comes through a pipe. */
  readonly file: string | undefined
  /** In bytes; undefined for what comes through a pipe, which can be opened only once. */
  readonly size: number | undefined
  /** Its bytes. An agent may still be writing: only what is there at the start is read. */
  readonly open: () => Readable
}

/**
 * A file to push from, or standard input for `-`.
 *
 * @param hint what may have been meant instead, if there is no such file
 */
export function sourceOf(file: string, hint = ''): Source {
  if (file === '-') {
    return { name: 'standard input', file: undefined, size: undefined, open: () => process.stdin }
  }
  const kept = databaseExport(file)
  if (kept !== undefined) return { name: basename(file), file: resolve(file), ...heldIn(kept) }
  const stats = statsOf(file, hint)
  // A pipe such as <(…) has no place, no size, and no name to call a chat by.
  if (!stats.isFile()) {
    return { name: basename(file), file: undefined, size: undefined, open: () => createReadStream(file) }
  }
  const { size } = stats
  const session = openCodeExport(file)
  if (session !== undefined) return { name: basename(file), file: realpathSync(file), ...heldIn(session) }
  return {
    name: basename(file),
    file: realpathSync(file),
    size,
    open: () => createReadStream(file, { end: Math.max(0, size - 1) }),
  }
}

function heldIn(bytes: Buffer): Pick<Source, 'size' | 'open'> {
  return { size: bytes.length, open: () => Readable.from([bytes]) }
}

/** The same as something that can be opened again. */
export async function rereadable(source: Source): Promise<Source> {
  if (source.size !== undefined) return source
  try {
    return { ...source, ...(await keepInput(source.open())) }
  } catch (error) {
    throw unreadable(source, error)
  }
}

/** What the system says of a file, or of a damaged archive, carries a code; anything else is a fault of ours. */
export function unreadable(source: Source, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error && 'code' in error)) return error
  return new Failure('failed', `${source.name} can't be read: ${systemReason(error) ?? error.message}.`)
}

function statsOf(file: string, hint: string): Stats {
  try {
    const stats = statSync(file)
    if (!stats.isDirectory()) return stats
  } catch (error) {
    throw new Failure('failed', `${file} can't be read: ${systemReason(error) ?? 'it failed'}${hint}.`)
  }
  throw new Failure('failed', `${file} is a folder; name the file in it.`)
}

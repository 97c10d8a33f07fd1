import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseConfig } from '../start/config.ts'
import { checkDatabase, checkSqlite } from './check-database.ts'
import { OperatingError } from './operating-error.ts'
import { dumpPostgres } from './postgres-programs.ts'

/**
 * Writes all that a database holds, as it is at one moment, into a file that isn't there yet; servers go on meanwhile.
 * What was written is read back before it gets its name.
 *
 * @returns the file's size in bytes
 * @throws OperatingError when there is no database, the file is there already, or what was written isn't whole
 */
export async function backUp(database: DatabaseConfig, file: string): Promise<number> {
  if (existsSync(file)) throw new OperatingError(`${file} is there already; give a name that is free.`)
  if (!existsSync(dirname(file))) throw new OperatingError(`There is no folder ${dirname(file)}.`)
  const part = `${file}.part-${process.pid}`
  try {
    if (database.dialect === 'postgres') await dumpPostgres(database, part)
    else await copySqlite(database.path, part)
    flushToDisk(part)
    const { size } = statSync(part)
    renameSync(part, file)
    flushToDisk(dirname(file))
    return size
  } finally {
    rmSync(part, { force: true })
  }
}

async function copySqlite(path: string, part: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new OperatingError(`There is no database at ${path}.`)
  const source = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    source.prepare('vacuum into ?').run(part)
  } catch (error) {
    throw await whyNot(path, error)
  } finally {
    source.close()
  }
  const { problems } = await checkSqlite(part)
  if (problems.length > 0) throw new OperatingError(`The backup isn't whole. ${problems.join(' ')}`)
}

/** A source that is damaged fails in the middle; what is wrong with it helps more than where it stopped. */
async function whyNot(path: string, error: unknown): Promise<Error> {
  const { problems } = await checkDatabase({ dialect: 'sqlite', path, gathersReads: true })
  const reason = error instanceof Error ? error.message : String(error)
  return new OperatingError(
    `Nothing was backed up: ${problems.length > 0 ? problems.join(' ') : `${reason}.`}`,
  )
}

/** So that what is told to be there is there after a power cut, too. */
export function flushToDisk(path: string): void {
  const opened = openSync(path, 'r')
  try {
    fsyncSync(opened)
  } catch {
    // Folders can't be flushed on every system.
  } finally {
    closeSync(opened)
  }
}

import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseConfig } from '../start/config.ts'
import { oneAtATime, saysItIsInUse } from '../storage/dialects/sqlite-files.ts'
import { flushToDisk } from './back-up.ts'
import { checkDatabase, checkSqlite } from './check-database.ts'
import { OperatingError } from './operating-error.ts'
import { restorePostgres } from './postgres-programs.ts'

const COMPANIONS = ['', '-wal', '-shm']

/** What came of a restore. */
export interface Restored {
  /** where what was there before is now; undefined where nothing was */
  readonly kept: string | undefined
  /** whether the file was copied from a running server, without its log: what was written last is missing */
  readonly lacksLog: boolean
}

/**
 * Puts a backup into the place of a database. It is read as a whole before anything is changed; what stood in its place
 * is kept beside it.
 *
 * @throws OperatingError when the file is no whole backup, or a server uses the database
 */
export async function restore(database: DatabaseConfig, file: string): Promise<Restored> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new OperatingError(`There is no file ${file}.`)
  if (database.dialect === 'sqlite') return restoreSqlite(database.path, file)
  await restorePostgres(database, file)
  const { problems } = await checkDatabase(database)
  if (problems.length > 0) throw new OperatingError(`It was restored, but isn't whole. ${problems.join(' ')}`)
  return { kept: undefined, lacksLog: false }
}

async function restoreSqlite(path: string, file: string): Promise<Restored> {
  if (resolve(path) === resolve(file)) throw new OperatingError(`${file} is the database itself.`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.restoring-${process.pid}`
  try {
    const lacksLog = await copyWhole(file, fresh)
    flushToDisk(fresh)
    let kept: string | undefined
    oneAtATime(path, () => {
      kept = setAside(path)
      renameSync(fresh, path)
      flushToDisk(dirname(path))
    })
    if (existsSync(fresh))
      throw new OperatingError(`A server is just starting on ${path}, or its folder can't be written to.`)
    return { kept, lacksLog }
  } finally {
    for (const companion of COMPANIONS) rmSync(`${fresh}${companion}`, { force: true })
  }
}

/**
 * A copy that is one file, with what was in a log beside the backup, and that only this user can read.
 *
 * @returns whether the backup lacks its log
 */
async function copyWhole(file: string, fresh: string): Promise<boolean> {
  copyFileSync(file, fresh)
  chmodSync(fresh, 0o600)
  const isInUse = saysItIsInUse(fresh)
  const hasLog = existsSync(`${file}-wal`)
  if (hasLog) copyFileSync(`${file}-wal`, `${fresh}-wal`)
  try {
    const copy = new DatabaseSync(fresh)
    try {
      copy.exec('pragma journal_mode = delete')
    } finally {
      copy.close()
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new OperatingError(`${file} is no backup of Neptun Share: ${reason}. Nothing was changed.`)
  }
  const { problems } = await checkSqlite(fresh)
  if (problems.length > 0)
    throw new OperatingError(`${file} can't be restored. ${problems.join(' ')} Nothing was changed.`)
  return isInUse && !hasLog
}

/** Nothing that was there is lost, should it be the wrong backup. */
function setAside(path: string): string | undefined {
  if (!COMPANIONS.some((companion) => existsSync(`${path}${companion}`))) return undefined
  if (existsSync(path)) foldLog(path)
  const aside = `${path}.before-${new Date().toISOString().replaceAll(/[:.]/g, '')}`
  for (const companion of COMPANIONS) {
    if (existsSync(`${path}${companion}`)) renameSync(`${path}${companion}`, `${aside}${companion}`)
  }
  return aside
}

/** @throws OperatingError when somebody else has the file open */
function foldLog(path: string): void {
  const present = new DatabaseSync(path, { timeout: 0 })
  try {
    present.exec('pragma locking_mode = exclusive; begin exclusive; commit; pragma journal_mode = delete')
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5)
      throw new OperatingError(`A server uses ${path}. Stop it, and restore again. Nothing was changed.`)
    // Broken, as it may be when it is restored: it is kept as it is, with its log.
  } finally {
    present.close()
  }
}

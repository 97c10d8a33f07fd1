import { randomUUID } from 'node:crypto'
import { chmodSync, closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { findDamage } from './sqlite-damage.ts'

/** Thrown when another file stands in the place of the one that is open. */
export class DatabaseReplaced extends Error {
  override readonly name = 'DatabaseReplaced'
  constructor(path: string) {
    super(
      `The database file ${path} was replaced or removed while it was open. Stop all servers that use it, ` +
        `put the file into its place with nothing named ${path}-wal or ${path}-shm beside it, and start them again.`,
    )
  }
}

// Where the header tells how the file is written: https://www.sqlite.org/fileformat.html#file_format_version_numbers
const MAGIC = Buffer.from('SQLite format 3\0')
const WRITE_VERSION_AT = 18
const WITHOUT_LOG = 1
const OTHERS = 0o077
/** The fact that tells whether somebody uses the file. */
const STATE = 'state'
const CLOSED = 'closed'
const LONGEST_WAIT_MS = 5000
/** After a crash, a larger file is not looked through: its users would wait for it. */
const MOST_LOOKED_THROUGH = 2 * 1024 ** 3
// SQLITE_CORRUPT and SQLITE_NOTADB: https://www.sqlite.org/rescode.html
const DAMAGE = new Set([11, 26])
const LACKS_LOG =
  'if it was copied from a running server, what was written last is missing. Copy both, or restore a backup.'

/**
 * Puts right what a restore leaves behind, before the file is opened: files that others may read, and the log of
 * another file, which SQLite would write over the restored one.
 *
 * @param tell told what was found, in a sentence
 * @param open opens the file, for as long as this process uses it
 */
export function prepareFiles(path: string, tell: (message: string) => void, open: () => void): void {
  oneAtATime(path, () => {
    // A thread that looked would take the locks of its process away, as closing any descriptor of a file does
    // (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_):
    // another program that closes the file would then remove the log under it.
    if (isMainThread) putRight(path, tell)
    // From here on nobody else is the last one to close it.
    open()
    markOpen(path)
  })
}

/** No other process prepares the file meanwhile: its log would be taken for one that was left behind. */
export function oneAtATime(path: string, work: () => void): void {
  let lock: DatabaseSync
  try {
    // Ends with the process, however that ends.
    lock = new DatabaseSync(`${path}-lock`, { timeout: LONGEST_WAIT_MS })
    lock.exec('begin exclusive')
  } catch {
    // Where nothing can be written, nothing is put right.
    return
  }
  try {
    work()
  } finally {
    lock.close()
  }
}

function putRight(path: string, tell: (message: string) => void): void {
  // What is no database is nothing of ours: opening it says so.
  if (!isDatabase(path)) return
  const log = `${path}-wal`
  for (const file of [path, log, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode
    if (mode !== undefined && (mode & OTHERS) !== 0) hide(file, mode, tell)
  }
  const logBytes = statSync(log, { throwIfNoEntry: false })?.size
  const version = readWriteVersion(path)
  if (version === undefined) return
  const state = version === WITHOUT_LOG ? 'backup' : readState(path)
  if (state === 'open') {
    if (logBytes === undefined) askWhetherWhole(path, tell)
    else if (logBytes > 0) askWhetherTogether(path, tell)
  }
  // Whoever closed the file left no log.
  if (logBytes && (state === 'backup' || state === CLOSED)) {
    const aside = setLogAside(path)
    tell(`${log} does not belong to ${path}, which was put into its place: it was set aside as ${aside}.`)
  }
}

/** @returns where the log is from now on */
function setLogAside(path: string): string {
  const aside = `${path}-wal.left-over-${new Date().toISOString().replaceAll(':', '')}`
  renameSync(`${path}-wal`, aside)
  return aside
}

/**
 * After a crash: a copy of a running server that was put beside a log of another time makes no whole file with it.
 *
 * @throws Error when it isn't whole without the log either
 */
function askWhetherTogether(path: string, tell: (message: string) => void): void {
  if (statSync(path).size > MOST_LOOKED_THROUGH || isWhole(path)) return
  const aside = setLogAside(path)
  if (!isWhole(path)) {
    renameSync(aside, `${path}-wal`)
    throw new Error(`${path} is broken, with its log and without it. Restore a backup.`)
  }
  tell(
    `${path}-wal does not belong to ${path}, or is damaged: it was set aside as ${aside}. What was written last is ` +
      `missing, if the file was copied from a running server. Restore a backup, if there is one.`,
  )
}

/** Whatever is wrong in the search's index: it tells nothing of the log, and no chat is given up for it. */
function isWhole(path: string): boolean {
  try {
    const file = new DatabaseSync(path, { readOnly: true, timeout: LONGEST_WAIT_MS })
    try {
      return findDamage(file, 'quick_check').ofTables.length === 0
    } finally {
      file.close()
    }
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}

/** Other errors, such as a file that others have locked, say nothing about what is in it. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    DAMAGE.has(error.errcode & 0xff)
  )
}

function hide(file: string, mode: number, tell: (message: string) => void): void {
  try {
    chmodSync(file, mode & 0o700)
    tell(`${file} could be read by other users of this machine; now it can't.`)
  } catch {
    tell(`${file} can be read by other users of this machine, and only its owner can change that: chmod 600.`)
  }
}

/** Whether there is a database, or no file at all, or nothing in it. */
function isDatabase(path: string): boolean {
  const header = readHeader(path)
  return header === undefined || header.subarray(0, MAGIC.length).equals(MAGIC)
}

/** @returns undefined where there is no such file, or nothing in it */
function readWriteVersion(path: string): number | undefined {
  return readHeader(path)?.[WRITE_VERSION_AT]
}

/** @returns undefined where there is no such file, or nothing in it */
function readHeader(path: string): Buffer | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined
  const header = Buffer.alloc(WRITE_VERSION_AT + 1)
  const file = openSync(path, 'r')
  try {
    readSync(file, header, 0, header.length, 0)
  } finally {
    closeSync(file)
  }
  return header
}

/** Whether a file that nobody has open here says that a server was using it, with a log beside it. */
export function saysItIsInUse(path: string): boolean {
  return readWriteVersion(path) !== WITHOUT_LOG && readState(path) === 'open'
}

/** How the file itself says that it was left, whatever its log says. */
function readState(path: string): 'open' | typeof CLOSED | undefined {
  // As it is: its log is looked at by nobody, and nothing is locked.
  const file = new DatabaseSync(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true })
  try {
    const value = file.prepare('select value from store_facts where name = ?').get(STATE)?.['value']
    if (value === undefined) return undefined
    return value === CLOSED ? CLOSED : 'open'
  } catch {
    // An older version made it, or its tables are in the log alone.
    return undefined
  } finally {
    file.close()
  }
}

/** @throws Error when a file that lacks its log is broken without it */
function askWhetherWhole(path: string, tell: (message: string) => void): void {
  if (!isWhole(path)) throw new Error(`${path} is broken: ${LACKS_LOG}`)
  tell(
    `${path} was in use when it was last written, and its log, ${path}-wal, isn't there: ${LACKS_LOG} ` +
      `Where another program has closed it since, nothing is missing.`,
  )
}

/** Records in the file itself, whatever becomes of its log, that it is in use. One that is new has no place for it yet. */
function markOpen(path: string): void {
  const file = new DatabaseSync(path, { timeout: LONGEST_WAIT_MS })
  try {
    file
      .prepare(
        `insert into store_facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value`,
      )
      .run(STATE, `open ${randomUUID()}`)
    file.exec('pragma wal_checkpoint(passive)')
  } catch {
    // It has no such table yet, or takes no writes: nothing is known of it at its next start.
  } finally {
    file.close()
  }
}

/** The same for one whose tables were just made. @param database the file, open */
export function markNewOpen(path: string, database: DatabaseSync): void {
  if (readMark(database) === undefined) oneAtATime(path, () => markOpen(path))
}

/**
 * Records that nobody uses the file any more, once all of this process's connections are closed.
 *
 * @param before how it was marked while this process still used it
 */
export function markClosed(path: string, before: string | undefined): void {
  // SQLite removes the log when the last one of all processes closes the file.
  if (before === undefined || statSync(`${path}-wal`, { throwIfNoEntry: false })) return
  const file = new DatabaseSync(path, { timeout: 1000 })
  try {
    // Who has begun meanwhile has marked it otherwise.
    file.prepare('update store_facts set value = ? where name = ? and value = ?').run(CLOSED, STATE, before)
  } finally {
    file.close()
  }
}

export function readMark(database: DatabaseSync): string | undefined {
  const value = database.prepare('select value from store_facts where name = ?').get(STATE)?.['value']
  return typeof value === 'string' ? value : undefined
}

// A system call for each read would be a tenth of what reading costs; so long a read may see the file of before.
const LOOKED_JUST_NOW_MS = 10

/** Notices that another file stands in the place of the one that is open: at once, or for reads within 10 ms. */
export function watchPlace(path: string): { check(this: void): void; checkToRead(this: void): void } {
  let inode: number | undefined
  let lookedAt = -Infinity

  function check(): void {
    const present = statSync(path, { throwIfNoEntry: false })?.ino
    inode ??= present
    if (present !== inode) throw new DatabaseReplaced(path)
    lookedAt = performance.now()
  }

  return {
    check,
    checkToRead() {
      if (performance.now() - lookedAt > LOOKED_JUST_NOW_MS) check()
    },
  }
}

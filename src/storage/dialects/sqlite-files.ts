import { chmodSync, closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'

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
const WRITE_VERSION_AT = 18
const WITHOUT_LOG = 1
const OTHERS = 0o077

/**
 * Puts right what a restore leaves behind, before the file is opened: files that others may read, and the log of
 * another file, which SQLite would write over the restored one.
 *
 * @param tell told what was found, in a sentence
 */
export function prepareFiles(path: string, tell: (message: string) => void): void {
  const log = `${path}-wal`
  for (const file of [path, log, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode
    if (mode !== undefined && (mode & OTHERS) !== 0) hide(file, mode, tell)
  }
  if (readWriteVersion(path) !== WITHOUT_LOG || !statSync(log, { throwIfNoEntry: false })?.size) return
  const aside = `${log}.left-over-${new Date().toISOString().replaceAll(':', '')}`
  renameSync(log, aside)
  tell(`${log} does not belong to ${path}, which was put into its place: it was set aside as ${aside}.`)
}

function hide(file: string, mode: number, tell: (message: string) => void): void {
  try {
    chmodSync(file, mode & 0o700)
    tell(`${file} could be read by other users of this machine; now it can't.`)
  } catch {
    tell(`${file} can be read by other users of this machine, and only its owner can change that: chmod 600.`)
  }
}

/** @returns undefined where there is no such file, or nothing in it */
function readWriteVersion(path: string): number | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined
  const header = Buffer.alloc(WRITE_VERSION_AT + 1)
  const file = openSync(path, 'r')
  try {
    readSync(file, header, 0, header.length, 0)
  } finally {
    closeSync(file)
  }
  return header[WRITE_VERSION_AT]
}

/** Notices that another file stands in the place of the one that is open. */
export function watchPlace(path: string): { check(this: void): void } {
  let inode: number | undefined
  return {
    check() {
      const present = statSync(path, { throwIfNoEntry: false })?.ino
      inode ??= present
      if (present !== inode) throw new DatabaseReplaced(path)
    },
  }
}

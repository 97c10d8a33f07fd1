import type { DatabaseSync } from 'node:sqlite'

/** More than there are indexes of words, each of which has a line or two. */
const MOST_PROBLEMS = 20
/** How SQLite names what is wrong in an FTS5 table: newer versions first. */
const OF_THE_SEARCH = /^fts5: |^(malformed|unable to validate the) inverted index for FTS5 table /

/** What SQLite finds wrong in a file, in its own words. */
export interface Damage {
  readonly ofTables: readonly string[]
  /** Of the search's index alone: it can be made anew, and tells nothing of chats. */
  readonly ofSearch: readonly string[]
}

/** @param check `quick_check` doesn't compare indexes with their tables (https://www.sqlite.org/pragma.html) */
export function findDamage(file: DatabaseSync, check: 'quick_check' | 'integrity_check'): Damage {
  const found = file
    .prepare(`pragma ${check}(${MOST_PROBLEMS})`)
    .all()
    .map((row) => String(row[check]))
    .filter((what) => what !== 'ok')
  return {
    ofTables: found.filter((what) => !OF_THE_SEARCH.test(what)),
    ofSearch: found.filter((what) => OF_THE_SEARCH.test(what)),
  }
}

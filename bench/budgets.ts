import type { Dialect } from './bench.ts'

/** At least so much of the limit on each database, where 1 is the limit and more is better. */
export type Budget = Readonly<Record<Dialect, number>>

export const OPEN_SHARE: Budget = { SQLite: 0.75, PostgreSQL: 1.2 }
export const SHARE_PAGE: Budget = { SQLite: 0.7, PostgreSQL: 1.2 }
/** unlock cookie, repeated Basic, whitelist */
export const PROVED: Budget = { SQLite: 0.65, PostgreSQL: 1 }
/** 304 and share status */
export const SHORT_ANSWERS: Budget = { SQLite: 0.6, PostgreSQL: 1 }
export const NEVER_READ: Budget = { SQLite: 0.5, PostgreSQL: 0.5 }
/** a small one of a shared chat */
export const PICTURE: Budget = { SQLite: 0.55, PostgreSQL: 1 }
export const WRITING: Budget = { SQLite: 0.6, PostgreSQL: 0.6 }
/** of itself without the guesses */
export const GUESSED_AT = 0.6
/** at most so many times the limit's */
export const P99: Budget = { SQLite: 2, PostgreSQL: 1 }
export const RESTING_MIB = 120
export const START_SECONDS = 0.6

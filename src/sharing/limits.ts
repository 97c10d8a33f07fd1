/** Of the name that a chat is shared under, in characters. */
export const MAX_SHARED_BY_LENGTH = 60

/** The most emails a whitelist holds. */
export const MAX_WHITELIST_ENTRIES = 500

/** The most links of one chat. */
export const MAX_SHARES_OF_A_CHAT = 50

/** The most links that are paused or deleted in one request. */
export const MAX_SHARES_AT_ONCE = 200

/** Texts that are redacted in a snapshot, and characters of one. */
export const MAX_REDACTED_TEXTS = 200
export const MAX_REDACTED_LENGTH = 4096

/** Characters of a link's label. */
export const MAX_LABEL_LENGTH = 60

/** How long an unlock lasts, in milliseconds. */
export const UNLOCK_LIFETIME = 12 * 60 * 60 * 1000

const MINUTE = 60 * 1000

/** How long a browser that was granted a view may load the page again, in milliseconds. */
export const VIEW_LIFETIME = 60 * MINUTE

/** The same for the files of what it shows: an address of a file is passed on more easily than a page. */
export const FILES_OF_VIEW_LIFETIME = 30 * MINUTE

/** Wrong passwords that one visitor has for one share. */
export const VISITOR_TRIES = { limit: 10, windowMs: 15 * MINUTE }

/**
 * How many times as many an IPv6 /56 and a /48 have as one /64: whoever has one of these has 256 or 65,536 of them, and
 * others may be in it.
 */
export const NETWORK_MULTIPLES = [3, 10] as const

/** How long after signing in an account is deleted without its password once more, in milliseconds. */
export const JUST_SIGNED_IN = 10 * MINUTE

/** Wrong tries that a browser which got in before has past a slowed queue, for one account or share. */
export const DEVICE_TRIES = { limit: 10, windowMs: 15 * MINUTE }

/** How long a browser is known to have got in before, in milliseconds. */
export const DEVICE_LIFETIME = 400 * 24 * 60 * MINUTE

/** Wrong passwords on one share beyond which its unproved tries are slowed, never locked. */
export const SHARE_LANE = { freePerMinute: 30, slowIntervalMs: 200, longestWaitMs: 2000 }

/** Wrong logins that one address has. */
export const ADDRESS_LOGINS = { limit: 20, windowMs: 15 * MINUTE }

/**
 * Accounts that one address may ask for: everyone in a company or school behind one address may sign up in the
 * same hour, but nobody can fill the store with accounts. A server for its own machine alone counts nothing: there, everyone has the same address.
 */
export const ADDRESS_SIGN_UPS = { limit: 1000, windowMs: 60 * MINUTE }

/** After this many wrong logins on one email, further ones are slowed down; nobody is locked out. */
export const EMAIL_LANE = { freeTries: 10, windowMs: 15 * MINUTE, slowIntervalMs: 1000, longestWaitMs: 2000 }

/** How many seconds to wait, as `Retry-After` tells it: whole ones, and never none. @param ms milliseconds */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

/** Codes that are sent by mail: to one email, as one address asks for them, and for one share. */
export const CODE_LIMITS = {
  perEmail: { limit: 3, windowMs: 15 * MINUTE },
  perAddress: { limit: 20, windowMs: 60 * MINUTE },
  perShare: { limit: 60, windowMs: 60 * MINUTE },
}

/** Times that one code may be entered. */
export const CODE_ENTRIES = 5

/** Wrong codes that one address may enter. */
export const ADDRESS_CODES = { limit: 20, windowMs: 15 * MINUTE }

/** How long a browser has proved an email, in milliseconds. */
export const READER_LIFETIME = 30 * 24 * 60 * MINUTE

/** Mails of an owner's invitations in a day. */
export const INVITATIONS_A_DAY = 200

/** How often a reader may ask to be let in to a share, and readers one owner by mail. */
export const ACCESS_REQUESTS = {
  pauseMs: 24 * 60 * MINUTE,
  perReader: { limit: 20, windowMs: 24 * 60 * MINUTE },
  mailsPerOwner: { limit: 20, windowMs: 24 * 60 * MINUTE },
}

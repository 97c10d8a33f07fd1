/** The most emails a whitelist holds. */
export const MAX_WHITELIST_ENTRIES = 500

/** How long an unlock lasts, in milliseconds. */
export const UNLOCK_LIFETIME = 12 * 60 * 60 * 1000

const MINUTE = 60 * 1000

/** Wrong passwords that one visitor has for one share. */
export const VISITOR_TRIES = { limit: 10, windowMs: 15 * MINUTE }

/** Above this many wrong passwords a minute, further tries on a share are slowed down; nobody is locked out. */
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

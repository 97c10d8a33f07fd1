const DAY = 24 * 60 * 60 * 1000

/** When a session that is renewed now ends; epoch milliseconds. */
export function sessionExpiry(now: number, days: number): number {
  return now + days * DAY
}

/** A session is renewed at most once a day, so that reading doesn't mean writing. */
export function isRenewalDue(renewedAt: number, now: number): boolean {
  return now - renewedAt >= DAY
}

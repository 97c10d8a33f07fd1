const KEY = 'links-seen-at'

let seenBefore: string | undefined

/**
 * When this browser showed the links before the present visit; the present one begins with the page. What was read since
 * then is new.
 */
export function lastVisit(): string {
  if (seenBefore === undefined) {
    seenBefore = localStorage.getItem(KEY) ?? new Date().toISOString()
    localStorage.setItem(KEY, new Date().toISOString())
  }
  return seenBefore
}

/** Whether a link was viewed since the last visit. */
export function isNewSince(visit: string, viewedAt: string | null): boolean {
  return viewedAt !== null && viewedAt > visit
}

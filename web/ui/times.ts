const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })

/** "3 hours ago", "in 2 days"; a date where it is more than a week away. @param now epoch milliseconds */
export function relativeTime(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000)
  const distance = Math.abs(seconds)
  if (distance < MINUTE) return seconds > 0 ? 'in a moment' : 'just now'
  if (distance < HOUR) return relative.format(Math.round(seconds / MINUTE), 'minute')
  if (distance < DAY) return relative.format(Math.round(seconds / HOUR), 'hour')
  if (distance < WEEK) return relative.format(Math.round(seconds / DAY), 'day')
  return day.format(new Date(iso))
}

/** "3 March 2030 at 14:00" where the reader is. */
export function wholeTime(iso: string): string {
  return dayAndTime.format(new Date(iso))
}

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** As machines read it. @param time epoch milliseconds */
export function exactTime(time: number): string {
  return new Date(time).toISOString()
}

/** "20 March 2024", in UTC: the same page is for readers everywhere. */
export function fullDate(time: number): string {
  return date.format(time)
}

/** Whether two times are of one day, in UTC. Writing both down would take a hundred times as long. */
export function isSameDay(one: number, other: number): boolean {
  return Math.floor(one / DAY_MS) === Math.floor(other / DAY_MS)
}

/**
 * What is new about a message's time: date and time where the day is another than the message's before, else the
 * time, and nothing within a minute: a chat that was added at once would only repeat itself.
 */
export function timeOfMessage(time: number, before: number | undefined): string | undefined {
  if (before === undefined || !isSameDay(before, time)) return `${dateAndTime.format(time)} UTC`
  return Math.abs(time - before) < MINUTE_MS ? undefined : clock.format(time)
}

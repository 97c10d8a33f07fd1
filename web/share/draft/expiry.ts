const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

/** Expiries to choose from. */
export const EXPIRY_PRESETS = [
  { name: '1 hour', ms: HOUR },
  { name: '1 day', ms: DAY },
  { name: '7 days', ms: 7 * DAY },
  { name: '30 days', ms: 30 * DAY },
] as const

/** A time as a `datetime-local` field takes it: local, to the minute. */
export function toLocalField(iso: string): string {
  const time = new Date(iso)
  const date = `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
  return `${date}T${pad(time.getHours())}:${pad(time.getMinutes())}`
}

/** @returns ISO 8601, or undefined while the field holds no whole time */
export function fromLocalField(text: string): string | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}

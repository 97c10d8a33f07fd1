import { Failure } from './failure.ts'

const MINUTE = 60_000
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  w: 7 * 24 * 60 * MINUTE,
}

/**
 * When a link is to end: a time from now (`30m`, `12h`, `7d`, `2w`), a day, which is its last here (`2030-01-31`), or a
 * moment as ISO 8601 (`2030-01-31T12:00Z`).
 *
 * @returns ISO 8601 in UTC
 */
export function readExpiry(text: string, now: number): string {
  const time = timeOf(text.trim(), now)
  const last = Date.UTC(9999, 11, 31)
  if (time === undefined || Number.isNaN(time) || time > last) {
    throw new Failure('usage', '--expires should be like 12h, 7d, 2w, 2030-01-31 or 2030-01-31T12:00Z.')
  }
  if (time <= now) throw new Failure('usage', '--expires is in the past.')
  return new Date(time).toISOString()
}

function timeOf(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,7})([mhdw])$/.exec(text) ?? []
  if (count !== undefined) return now + Number(count) * (UNITS[unit] ?? Number.NaN)
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year !== undefined) {
    const end = new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59, 999)
    return end.getDate() === Number(day) && end.getMonth() === Number(month) - 1 ? end.getTime() : undefined
  }
  return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?$/.test(text) ? Date.parse(text) : undefined
}

/**
 * Reading JSON that others wrote: every field may be missing, null or of another type than its documentation says.
 */

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** The own field, so that a key named `constructor` or `__proto__` finds nothing that the file didn't say. */
export function ownField(value: JsonObject, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

/** The first of these that is a string with something in it. */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  return undefined
}

/** The first of these that can name something: a non-blank string or a whole number. */
export function firstId(...values: unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  }
  return undefined
}

const earliest = Date.UTC(2000, 0)
const latest = Date.UTC(2200, 0)

/**
 * The first of these that is a time, as epoch milliseconds: ISO 8601, or a number of seconds, milliseconds,
 * microseconds or nanoseconds since 1970 (told apart by size), also as a string, MongoDB's `{ $date }`
 * or Firestore's `{ seconds }`.
 */
export function firstTime(...values: unknown[]): number | undefined {
  for (const value of values) {
    const time = timeOf(value)
    if (time !== undefined) return time
  }
  return undefined
}

function timeOf(value: unknown): number | undefined {
  if (isObject(value)) {
    const inner = value['$date'] ?? value['$numberLong'] ?? value['seconds'] ?? value['_seconds']
    return isObject(inner) ? timeOf(inner['$numberLong']) : timeOf(inner)
  }
  if (typeof value === 'string') {
    const text = value.trim()
    if (/^\d{9,20}(?:\.\d+)?$/.test(text)) return timeOf(Number(text))
    return /^\d{4}-\d\d-\d\d/.test(text) ? inRange(Date.parse(withMilliseconds(text))) : undefined
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined
  const unit = value < 1e11 ? 1000 : value < 1e14 ? 1 : value < 1e17 ? 1e-3 : 1e-6
  return inRange(Math.round(value * unit))
}

/** Python writes microseconds and sometimes a blank before the zone; Date.parse wants neither. */
function withMilliseconds(text: string): string {
  return text.replace(/(\.\d{3})\d+/, '$1').replace(/^(\d{4}-\d\d-\d\d) (\d)/, '$1T$2')
}

function inRange(time: number): number | undefined {
  return time >= earliest && time <= latest ? time : undefined
}

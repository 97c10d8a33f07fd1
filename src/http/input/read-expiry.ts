import { invalidBody } from '../../actions/refusal.ts'

/** The last moment that four-digit years can tell. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * A time as it came in a body's `expires_at`, in epoch milliseconds.
 *
 * @throws Refusal when there is no such time
 */
export function readExpiry(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time) || time > END_OF_TIME) {
    throw invalidBody('expires_at', 'Not a time that exists; write it like 2030-01-31T12:00:00Z.')
  }
  return time
}

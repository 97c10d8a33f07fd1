import { Readable } from 'node:stream'

export const LINES_TYPE = 'application/x-ndjson; charset=utf-8'

/** How many bytes of lines wait for their reader. */
const MOST_WAITING = 4 * 1024 * 1024

/**
 * A stream of JSON values, one a line, that come while work is under way; what the work ends with is the last line,
 * and tells all by itself. Work doesn't wait for whoever is slow to read: a browser reads nothing before it has sent all,
 * so that waiting for it would be waiting for ever. Lines beyond 4 MiB that nobody has read are left out, but the last.
 *
 * @param work gets what writes a line, and must not reject
 */
export function eventLines(work: (write: (event: object) => void) => Promise<object>): Readable {
  const lines = new Readable({ read() {} })
  const push = (event: object): void => {
    if (!lines.destroyed) lines.push(`${JSON.stringify(event)}\n`)
  }
  const run = async (): Promise<void> => {
    push(
      await work((event) => {
        if (lines.readableLength < MOST_WAITING) push(event)
      }),
    )
    if (!lines.destroyed) lines.push(null)
  }
  void run()
  return lines
}

import { Readable } from 'node:stream'

export const LINES_TYPE = 'application/x-ndjson; charset=utf-8'

/**
 * A stream of JSON values, one a line, that come while work is under way; what the work ends with is the last line.
 * Lines wait in memory for whoever is slow to read them: a browser reads nothing before it has sent all, so that
 * waiting for it would be waiting for ever.
 *
 * @param work gets what writes a line, and must not reject
 */
export function eventLines(work: (write: (event: object) => void) => Promise<object>): Readable {
  const lines = new Readable({ read() {} })
  const write = (event: object): void => {
    if (!lines.destroyed) lines.push(`${JSON.stringify(event)}\n`)
  }
  const run = async (): Promise<void> => {
    write(await work(write))
    if (!lines.destroyed) lines.push(null)
  }
  void run()
  return lines
}

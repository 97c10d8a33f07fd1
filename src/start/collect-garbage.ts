import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: unknown

/**
 * Collects this thread's garbage now. V8 by itself lets much of it gather first, as it can't know what comes; that of a
 * few large conversations is hundreds of megabytes. Takes some milliseconds for each ten megabytes that are in use. The kind that V8 keeps for a
 * last resort would free more, but also throw away what it has learned of the code, for good.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    // V8 offers its collector to contexts that are made after the flag is set, and to nobody else.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc')
  }
  if (typeof collect === 'function') collect()
}

import { setTimeout as sleep } from 'node:timers/promises'

/** Nothing that a test waits for takes as long, on the busiest machine; some things are tried again after a minute. */
const PATIENCE_MS = 150_000

/**
 * Waits until something holds, by looking again and again.
 *
 * @param what is waited for, for the error when it never comes
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`)
    await sleep(10)
  }
}

/** Waits until the clock, which the server on this machine reads too, shows a later time. */
export async function untilAfter(time: string | number): Promise<void> {
  const at = new Date(time).getTime()
  await until(`a time after ${time}`, () => Date.now() > at)
}

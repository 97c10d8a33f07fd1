/** How long this thread has worked, in milliseconds. On a busy machine that is less than has passed. */
export function workedMs(): number {
  return toWorkedMs(process.threadCpuUsage())
}

/** The same of another thread, as it was told. @param usage microseconds */
export function toWorkedMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000
}

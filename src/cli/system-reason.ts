/**
 * Why the system refuses something, without what only programmers read: "no such file or directory".
 *
 * @returns undefined for errors that don't come from the system
 */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined
  const [, reason] = /^[A-Z\d]+: (.+?), \w+(?: '.*')?$/s.exec(error.message) ?? []
  return reason ?? error.message
}

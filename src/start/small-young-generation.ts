/**
 * V8 lets the memory for new objects grow to three times this many MiB: three times 16 by itself, which an import of
 * a large file fills, and the rest of the heap grows along with it.
 */
const FLAG = '--max-semi-space-size'
const MIB = 8

/**
 * Puts this process in its own place with a smaller young generation, unless somebody has set its size: V8 decides that
 * before it runs anything, and then keeps to it. Workers are started with the same flags as the process that starts
 * them. Where a process can't be replaced (Windows, or one whose parent talks to it), it stays as it is.
 */
export function keepYoungGenerationSmall(): void {
  const { execArgv, execPath, env } = process
  const isSet = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((option) => option.includes(FLAG))
  if (isSet || process.platform === 'win32' || process.send !== undefined) return
  process.execve?.(execPath, [execPath, ...execArgv, `${FLAG}=${MIB}`, ...process.argv.slice(1)], env)
}

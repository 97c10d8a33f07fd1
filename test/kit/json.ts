/** Walking through JSON whose shape one doesn't know. */

export type Json = unknown

export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at the end of a path of keys, if there is one. */
export function recordAt(value: unknown, ...keys: string[]): Record<string, Json> | undefined {
  let current = value
  for (const key of keys) {
    if (!isRecord(current)) return undefined
    current = current[key]
  }
  return isRecord(current) ? current : undefined
}

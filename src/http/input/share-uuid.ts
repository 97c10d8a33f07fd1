const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** The share's name in lower case; undefined when it isn't a UUID v4, which no share is called. */
export function readUuid(text: string): string | undefined {
  const uuid = text.toLowerCase()
  return UUID_V4.test(uuid) ? uuid : undefined
}

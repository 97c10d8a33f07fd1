/**
 * Bytes in memory of their own, for what is kept. Node cuts small buffers out of slabs of 64 KiB, and what it compresses
 * out of pieces of 16: one that is kept would hold all of it.
 */
export function unpooled(...parts: readonly Uint8Array[]): Buffer {
  return together(parts)
}

/** The same of parts that nobody else has: each is let go as soon as it is copied, so that nothing large is there twice. */
export function joined(parts: readonly Buffer[]): Buffer {
  return together(parts, letGo)
}

function together<Part extends Uint8Array>(
  parts: readonly Part[],
  afterwards?: (part: Part) => void,
): Buffer {
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
    afterwards?.(part)
  }
  return bytes
}

/** Gives memory back at once that nobody looks at any more: large bodies may come and go faster than garbage is looked for. */
export function letGo({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}

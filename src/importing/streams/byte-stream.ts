/** A stream of bytes that can be read in exact portions and looked into ahead. */
export type ByteStream = {
  /** The next `length` bytes without taking them; fewer where the stream ends. */
  peek: (length: number) => Promise<Uint8Array>
  /** Takes the next bytes, as many as are at hand but at most `limit`; undefined at the end. */
  next: (limit?: number) => Promise<Uint8Array | undefined>
  /** Takes exactly `length` bytes; undefined where the stream ends before. */
  take: (length: number) => Promise<Uint8Array | undefined>
  /** Gives bytes back that were taken too many. */
  giveBack: (bytes: Uint8Array) => void
  /** How many bytes the source has given so far. */
  received: () => number
}

/** Chunks are handed on in portions of at most this, so that one huge chunk doesn't stall whoever waits for progress. */
const portion = 256 * 1024

export function byteStream(source: AsyncIterable<Uint8Array>): ByteStream {
  const iterator = source[Symbol.asyncIterator]()
  let ahead: Uint8Array = new Uint8Array()
  let total = 0

  async function more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await iterator.next()
      if (done === true) return false
      total += value.length
      if (value.length === 0) continue
      ahead = ahead.length === 0 ? value : Buffer.concat([ahead, value])
      return true
    }
  }

  async function peek(length: number): Promise<Uint8Array> {
    while (ahead.length < length && (await more()));
    return ahead.subarray(0, length)
  }

  async function next(limit = portion): Promise<Uint8Array | undefined> {
    if (ahead.length === 0 && !(await more())) return undefined
    const bytes = ahead.subarray(0, Math.min(limit, portion))
    ahead = ahead.subarray(bytes.length)
    return bytes
  }

  async function take(length: number): Promise<Uint8Array | undefined> {
    const bytes = await peek(length)
    if (bytes.length < length) return undefined
    ahead = ahead.subarray(length)
    return bytes
  }

  return {
    peek,
    next,
    take,
    giveBack: (bytes) => {
      ahead = ahead.length === 0 ? bytes : Buffer.concat([bytes, ahead])
    },
    received: () => total,
  }
}

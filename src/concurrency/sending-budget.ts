/** Thrown when a large answer has to wait until others are sent. */
export class TooMuchUnderWay extends Error {
  override readonly name = 'TooMuchUnderWay'
}

/** How many bytes of large answers may be under way in this process, and whose they are. */
export interface SendingBudget {
  /**
   * Counts bytes that are held from now on; the same holder counts once, however often it is sent.
   *
   * @param holder what holds the bytes
   * @param asker who asked for them, such as an address: nobody gets more than half of the budget
   * @param mayRefuse false: they are there already, and only counted
   * @returns gives them back; each call of `hold` has its own
   * @throws TooMuchUnderWay when there is no room. A first answer is always let through, whatever its size
   */
  hold(holder: object, bytes: number, asker: string, mayRefuse?: boolean): () => void
  /**
   * Counts more bytes of a holder that could do without: only up to half of the budget, so that there is room for others
   * to begin.
   *
   * @returns whether there is room
   */
  grow(holder: object, bytes: number): boolean
  /** how much of it is under way, from 0; above 1 where a single answer is larger than all of it */
  readonly used: number
  readonly bytes: number
}

interface Held {
  readonly asker: string
  bytes: number
  holds: number
}

/** @param limit bytes */
export function createSendingBudget(limit: number): SendingBudget {
  const held = new Map<object, Held>()
  let total = 0

  const bytesOf = (asker: string): number =>
    held.values().reduce((sum, one) => sum + (one.asker === asker ? one.bytes : 0), 0)

  return {
    hold(holder, bytes, asker, mayRefuse = true) {
      const known = held.get(holder)
      const isTooMuch = total > 0 && (total + bytes > limit || bytesOf(asker) + bytes > limit / 2)
      if (!known && mayRefuse && isTooMuch) {
        throw new TooMuchUnderWay('Too many large answers are being sent.')
      }
      const one = known ?? { bytes, asker, holds: 0 }
      if (!known) {
        held.set(holder, one)
        total += bytes
      }
      one.holds++
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        one.holds--
        if (one.holds > 0) return
        held.delete(holder)
        total -= one.bytes
      }
    },
    grow(holder, bytes) {
      const one = held.get(holder)
      if (!one || total + bytes > limit / 2) return false
      one.bytes += bytes
      total += bytes
      return true
    },
    get used() {
      return total / limit
    },
    get bytes() {
      return total
    },
  }
}

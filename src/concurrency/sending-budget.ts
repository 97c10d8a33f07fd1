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
   * @returns gives them back; each call of `hold` has its own
   * @throws TooMuchUnderWay when there is no room. A first answer is always let through, whatever its size
   */
  hold(holder: object, bytes: number, asker: string): () => void
  /** more than half is under way: who doesn't read has to go sooner */
  readonly isShort: boolean
  readonly bytes: number
}

interface Held {
  readonly bytes: number
  readonly asker: string
  holds: number
}

/** @param limit bytes */
export function createSendingBudget(limit: number): SendingBudget {
  const held = new Map<object, Held>()
  let total = 0

  const bytesOf = (asker: string): number =>
    held.values().reduce((sum, one) => sum + (one.asker === asker ? one.bytes : 0), 0)

  return {
    hold(holder, bytes, asker) {
      const known = held.get(holder)
      if (!known && total > 0 && (total + bytes > limit || bytesOf(asker) + bytes > limit / 2)) {
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
    get isShort() {
      return total > limit / 2
    },
    get bytes() {
      return total
    },
  }
}

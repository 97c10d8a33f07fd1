interface Waiting<A, R> {
  readonly asked: A
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

/** Questions that are waited for together, and how many such were answered. */
interface Lane {
  underWay: number
  answered: number
}

export interface GatherLimits {
  /** the most that are asked as one */
  readonly together: number
  /** the most questions under way at a time */
  readonly underWay: number
  /** where none of them is answered for so long, they no longer hold up what came after them; else it waits for them */
  readonly stalledAfterMs?: number
}

/**
 * Gathers what is asked in one turn of the event loop, and while earlier questions are under way, into one question.
 * Each is asked after it came, so nobody gets an answer that is older than the question.
 *
 * @param ask must answer in the order of what is asked
 */
export function createGatherer<A, R>(
  limits: GatherLimits,
  ask: (asked: readonly A[]) => Promise<readonly R[]>,
): (asked: A) => Promise<R> {
  let waiting: Waiting<A, R>[] = []
  let lane: Lane = { underWay: 0, answered: 0 }
  let isScheduled = false
  let isWatched = false

  function askAll(most = limits.underWay): void {
    isScheduled = false
    while (waiting.length > 0 && lane.underWay < most) {
      const some = waiting.slice(0, limits.together)
      waiting = waiting.slice(limits.together)
      void answer(some, lane)
    }
    if (waiting.length > 0) watch()
  }

  function watch(): void {
    if (isWatched || limits.stalledAfterMs === undefined) return
    isWatched = true
    const { answered } = lane
    setTimeout(() => {
      isWatched = false
      if (lane.answered !== answered) return askAll()
      lane = { underWay: 0, answered: 0 }
      askAll(Infinity)
    }, limits.stalledAfterMs)
  }

  async function answer(some: readonly Waiting<A, R>[], lane: Lane): Promise<void> {
    lane.underWay++
    try {
      const answers = await ask(some.map(({ asked }) => asked))
      for (const [index, answered] of answers.entries()) some[index]?.resolve(answered)
    } catch (error) {
      for (const { reject } of some) reject(error)
    } finally {
      lane.underWay--
      lane.answered++
      askAll()
    }
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject })
      if (isScheduled) return
      isScheduled = true
      setImmediate(() => askAll())
    })
}

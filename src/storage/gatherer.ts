interface Waiting<A, R> {
  readonly asked: A
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers what is asked in one turn of the event loop, and while earlier questions are under way, into one question.
 * Each is asked after it came, so nobody gets an answer that is older than the question.
 *
 * @param limits.together the most that are asked as one
 * @param limits.underWay the most questions under way at a time
 * @param ask must answer in the order of what is asked
 */
export function createGatherer<A, R>(
  limits: { readonly together: number; readonly underWay: number },
  ask: (asked: readonly A[]) => Promise<readonly R[]>,
): (asked: A) => Promise<R> {
  let waiting: Waiting<A, R>[] = []
  let underWay = 0
  let isScheduled = false

  function askAll(): void {
    isScheduled = false
    while (waiting.length > 0 && underWay < limits.underWay) {
      const some = waiting.slice(0, limits.together)
      waiting = waiting.slice(limits.together)
      underWay++
      void answer(some)
    }
  }

  async function answer(some: readonly Waiting<A, R>[]): Promise<void> {
    try {
      const answers = await ask(some.map(({ asked }) => asked))
      for (const [index, answered] of answers.entries()) some[index]?.resolve(answered)
    } catch (error) {
      for (const { reject } of some) reject(error)
    } finally {
      underWay--
      askAll()
    }
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject })
      if (isScheduled) return
      isScheduled = true
      setImmediate(askAll)
    })
}

/** Runs work of the same key one after another, and of different keys side by side. */
export interface OneAtATime {
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

export function createOneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>()
  return {
    run(key, work) {
      const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
      last.set(key, turn)
      const forget = (): void => {
        if (last.get(key) === turn) last.delete(key)
      }
      turn.then(forget, forget)
      return turn
    },
  }
}

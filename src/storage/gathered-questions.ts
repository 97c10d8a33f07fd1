import { createGatherer, type GatherLimits } from '../concurrency/gatherer.ts'
import type { HotArguments } from './hot-query.ts'

export type Rows = readonly unknown[]

/** Answers one question. */
export type AnswerOne = (args: HotArguments) => Promise<Rows>

/**
 * Gathers what is asked of one query in the same turn of the event loop; those who ask the very same, as the readers of
 * one link do, are one. Each is asked after it came, so nobody gets an answer that is older than the question. See
 * docs/decisions/0010-gathered-queries.md.
 *
 * @param names of the arguments that it is asked with
 * @param ask must answer in the order of what is asked
 */
export function gatheredQuestions(
  names: readonly string[],
  limits: GatherLimits,
  ask: (asked: readonly HotArguments[]) => Promise<readonly Rows[]>,
): AnswerOne {
  // What waits to be sent. From then on the same is asked anew: the answer may already be older than the question.
  const waiting = new Map<string, Promise<Rows>>()
  const keyOf = (args: HotArguments): string => JSON.stringify(names.map((name) => args[name]))
  const gather = createGatherer<HotArguments, Rows>(limits, (asked) => {
    for (const args of asked) waiting.delete(keyOf(args))
    return ask(asked)
  })
  return (args) => {
    const key = keyOf(args)
    const same = waiting.get(key)
    if (same) return same
    const answer = gather(args)
    waiting.set(key, answer)
    return answer
  }
}

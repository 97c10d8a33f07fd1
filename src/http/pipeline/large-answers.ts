import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { SendingBudget } from '../../concurrency/sending-budget.ts'
import { LARGEST_IN_MEMORY } from '../../reading/kept-bodies.ts'

/** A reader who takes nothing for so long is given up; sooner while others need the room. */
export const STALLED_READER_MS = 120_000
const STALLED_WHILE_SHORT_MS = 10_000

/** Counts large answers while they are sent, and hurries those who don't read them. */
export type HoldLargeAnswer = (
  response: ServerResponse,
  answer: { readonly length: number },
  askerOf: () => string,
) => void

/** @throws TooMuchUnderWay (what it returns) when there is no room for a large answer */
export function createLargeAnswers(budget: SendingBudget): HoldLargeAnswer {
  const sockets = new Set<Socket>()
  return (response, answer, askerOf) => {
    if (answer.length <= LARGEST_IN_MEMORY) return
    const giveBack = budget.hold(answer, answer.length, askerOf())
    const { socket } = response.req
    sockets.add(socket)
    response.once('close', () => {
      giveBack()
      sockets.delete(socket)
      socket.setTimeout(STALLED_READER_MS)
    })
    if (budget.isShort) for (const one of sockets) one.setTimeout(STALLED_WHILE_SHORT_MS)
  }
}

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { SendingBudget } from '../../concurrency/sending-budget.ts'
import { LARGEST_IN_MEMORY } from '../../reading/kept-bodies.ts'
import type { AddressOf, AskedRequest } from './asked.ts'

/** A reader who takes nothing for so long is given up; sooner while others need the room. */
export const STALLED_READER_MS = 120_000
const STALLED_WHILE_SHORT_MS = 10_000
const STALLED_WHILE_FULL_MS = 3000

/** Counts large answers while they are sent, and hurries those who don't read them. */
export type HoldLargeAnswer = (
  response: ServerResponse,
  answer: { readonly length?: number; readonly release?: () => void },
  request: AskedRequest,
) => void

/** @throws TooMuchUnderWay (what it returns) when there is no room for a large answer */
export function createLargeAnswers(budget: SendingBudget, addressOf: AddressOf): HoldLargeAnswer {
  const sockets = new Set<Socket>()

  function hurry(): void {
    if (budget.used <= 0.5) return
    const stalled = budget.used > 0.75 ? STALLED_WHILE_FULL_MS : STALLED_WHILE_SHORT_MS
    for (const socket of sockets) socket.setTimeout(stalled)
  }

  return (response, answer, request) => {
    const { length = 0, release } = answer
    if (!release && length <= LARGEST_IN_MEMORY) return
    const { socket, method } = response.req
    // What a change answers comes after it was made: it is counted, and not refused.
    const mayRefuse = method === 'GET' || method === 'HEAD'
    const giveBack = release ?? holdOrHurry(answer, length, { asker: addressOf(request), mayRefuse })
    sockets.add(socket)
    response.once('close', () => {
      giveBack()
      sockets.delete(socket)
      socket.setTimeout(STALLED_READER_MS)
    })
    // Who waits for us, while a page is being made, hasn't stalled.
    response.on('timeout', () => {
      if (socket.writableLength > 0) socket.destroy()
    })
    hurry()
  }

  function holdOrHurry(
    answer: object,
    bytes: number,
    { asker, mayRefuse }: { readonly asker: string; readonly mayRefuse: boolean },
  ): () => void {
    try {
      return budget.hold(answer, bytes, asker, mayRefuse)
    } catch (error) {
      hurry()
      throw error
    }
  }
}

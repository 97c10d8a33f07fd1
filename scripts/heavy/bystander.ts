import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../test/kit/client.ts'
import { answered, deviceOf, freshVisitor, LOCKED_PASSWORD, type World } from './world.ts'

const PAUSE_MS = 100

/** Somebody who does ordinary things, one after another, and what became of them. */
export type Bystander = {
  readonly done: number
  /** what wasn't a 2xx: the question and its status, and how often */
  readonly refused: Readonly<Record<string, number>>
  readonly ended: Promise<void>
}

export function liveBystander({ server, bystander, locked }: World, end: AbortSignal): Bystander {
  const refused: Record<string, number> = {}
  let done = 0

  async function ask(asked: Promise<Answer>): Promise<Answer | undefined> {
    const answer = await answered(asked)
    done++
    if (answer && answer.status < 300) return answer
    const what = `${answer?.request.replaceAll(/[\d-]{2,}|[\da-f]{8,}/g, '*') ?? 'no answer'} ${answer?.status ?? ''}`
    refused[what] = (refused[what] ?? 0) + 1
    return undefined
  }

  async function live(): Promise<void> {
    const reader = freshVisitor(server.url)
    await ask(reader.unlock(locked.uuid, LOCKED_PASSWORD))
    while (!end.aborted) {
      const { email, password } = bystander
      await ask(
        freshVisitor(server.url, deviceOf(bystander)).send('POST', '/api/auth/login', {
          json: { email, password },
        }),
      )
      const chat = await bystander.createChat().catch(() => undefined)
      await ask(freshVisitor(server.url, deviceOf(reader)).unlock(locked.uuid, LOCKED_PASSWORD))
      if (chat) {
        const json = { messages: [{ role: 'user', content: 'And then?' }] }
        await ask(bystander.send('POST', bystander.path(`/chats/${chat.id}/messages`), { json }))
        await ask(
          bystander.send('POST', bystander.path(`/chats/${chat.id}/shares`), { json: { password: 'p' } }),
        )
        await ask(bystander.get(bystander.path(`/chats/${chat.id}/export?format=markdown`)))
        await ask(bystander.send('DELETE', bystander.path(`/chats/${chat.id}`)))
      } else refused['a new chat'] = (refused['a new chat'] ?? 0) + 1
      await ask(bystander.get(bystander.path('/shares')))
      await sleep(PAUSE_MS)
    }
  }

  return {
    get done() {
      return done
    },
    refused,
    ended: live(),
  }
}

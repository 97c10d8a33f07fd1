import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, type Person, signUp } from '../kit/client.ts'
import type { Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

// Reading this much takes long enough for the owner to close the share and write meanwhile.
const MESSAGES = 24
const MEBIBYTE = 'x'.repeat(1024 * 1024 - 64)
const ROUNDS = 4

const server = await startServer()
after(() => server.close())
const owner = await signUp(server.url)
const messages = Array.from({ length: MESSAGES }, () => ({ role: 'user', content: MEBIBYTE }) as const)
const chat = await owner.createChat(messages.slice(0, 12))
await owner.addMessages(chat, messages.slice(12))

/** What closes the door, each told by an answer before anything is written. */
const closings: Record<string, (share: Share, person: Person) => Promise<unknown>> = {
  paused: (share, person) => person.changeShare(share, { is_shared: false }),
  rotated: (share, person) => person.send('POST', person.sharePath(share, '/rotate')),
  frozen: (share, person) => person.changeShare(share, { snapshot: true }),
  deleted: (share, person) => person.send('DELETE', person.sharePath(share)),
}

describe('a share that is closed while it is read', () => {
  for (const [name, close] of Object.entries(closings)) {
    test(`shows nobody what was written after it was ${name}`, async () => {
      const leaked: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        leaked.push(...(await readWhileClosing(round, close)))
      }
      assert.deepEqual(leaked, [])
    })
  }
})

/** @returns the readers' answers that hold what was written behind the closed door */
async function readWhileClosing(
  round: number,
  close: (share: Share, person: Person) => Promise<unknown>,
): Promise<string[]> {
  const share = await owner.share(chat, { is_shared: true, snapshot: false })
  const secret = `written after the door was closed, ${round}`
  // A change makes every round a first read.
  const [changed] = await owner.addMessages(chat, [{ role: 'user', content: `round ${round}` }])
  const paths = [`/api/shared/chats/${share.uuid}`, `/api/shared/chats/${share.uuid}/export?format=markdown`]
  const reading = paths.map((path) => createVisitor(server.url).get(path))
  const until = performance.now() + round * 8
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve))
  await close(share, owner)
  const [late] = await owner.addMessages(chat, [{ role: 'user', content: secret }])
  const answers = await Promise.all(reading)
  for (const message of [changed, late]) {
    if (message) await owner.send('DELETE', owner.path(`/chats/${chat.id}/messages/${message.id}`))
  }
  return answers.filter(({ text }) => text.includes(secret)).map(({ request }) => request)
}

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

describe('an account that asks for very much at once', () => {
  test('waits for its own requests, while others are served', async () => {
    const busy = await signUp(server.url)
    const large = Array.from({ length: 3 }, () => ({
      role: 'user' as const,
      content: 'x'.repeat(1_000_000),
    }))
    const frozen = await busy.share(await busy.createChat(large))
    const freeze = () => busy.send('POST', busy.sharePath(frozen, '/snapshot'))
    const asked = Array.from({ length: 60 }, freeze)
    const other = await signUp(server.url)
    const share = await other.share(await other.createChat())
    expectOk(await createVisitor(server.url).readShare(share.uuid), shapes.sharedChat)
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    const unexpected = statuses.filter((status) => status !== 200 && status !== 429)
    assert.deepEqual(unexpected, [])
    assert.ok(statuses.filter((status) => status === 200).length >= 34, 'two at a time, and 32 that wait')
    assert.equal((await freeze()).status, 200)
  })

  test('cannot keep others from signing in and unlocking by setting passwords', async () => {
    const busy = await signUp(server.url)
    const chat = await busy.createChat()
    const other = await signUp(server.url)
    const share = await other.share(await other.createChat(), { password: 'open sesame' })
    const setting = Array.from({ length: 60 }, (_, index) =>
      busy.send('POST', busy.path(`/chats/${chat.id}/shares`), { json: { password: `password ${index}` } }),
    )
    for (let times = 0; times < 5; times++) {
      assert.equal((await createVisitor(server.url).unlock(share.uuid, 'open sesame')).status, 204)
      const json = { email: other.email, password: other.password }
      const answer = await createVisitor(server.url).send('POST', '/api/auth/login', { json })
      expectOk(answer, shapes.signedIn)
    }
    await signUp(server.url)
    for (const { status } of await Promise.all(setting)) assert.ok([200, 429, 503].includes(status))
  })
})

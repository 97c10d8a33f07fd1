import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { expectInvalid, expectPlain } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const anyone = createVisitor(server.url)
const json = { 'content-type': 'application/json' }
const MiB = 1024 * 1024

describe('a body of more than 20 MiB of messages', () => {
  for (const count of [21, 40]) {
    test(`is a 413 that the client gets to read, at ${count} MiB too, and nothing of it is stored`, async () => {
      const chat = await owner.createChat([])
      const messages = Array.from({ length: count }, () => ({
        content: 'x'.repeat(MiB - 1024),
        role: 'user',
      }))
      const path = owner.path(`/chats/${chat.id}/messages`)
      expectPlain(await owner.send('POST', path, { json: { messages } }), 413)
      assert.deepEqual(expectOk(await owner.get(path), shapes.messages).chatMessages, [])
    })
  }
})

/** The time limit is there for a server that would be busy for hours. */
describe('a body made to keep the server busy', { timeout: 120_000 }, () => {
  test('as a form of half a million equal fields is refused, and the others are served', async () => {
    const form = 'a&'.repeat(MiB / 2 - 1)
    const refused = await owner.send('POST', owner.path('/chats'), { form })
    expectInvalid(refused, 'Bad Request. Invalid body(model, name).')
    assert.equal((await anyone.get('/health')).status, 200)
  })

  test('as a form of thousands of equal fields is refused at login', async () => {
    const form = 'a&'.repeat(32 * 1024 - 1)
    expectInvalid(await anyone.send('POST', '/api/auth/login', { form }))
  })

  test('as a quarter of a million wrong ids is refused', async () => {
    const body = `{"chat_ids":[${'"",'.repeat(MiB / 4)}""]}`
    expectInvalid(await owner.send('DELETE', owner.path('/chats'), { body, headers: json }))
  })

  test('as 150,000 right ids is too many', async () => {
    const ids = Array.from({ length: 150_000 }, (_, i) => i + 1)
    const answer = await owner.send('DELETE', owner.path('/chats'), { json: { chat_ids: ids } })
    expectInvalid(answer, 'Bad Request. Invalid body(chat_ids).')
  })

  for (const [what, body] of Object.entries({
    'a million brackets that nothing closes': '['.repeat(MiB),
    'objects in each other': '{"a":'.repeat(MiB / 8),
    'half a million empty lists': `[${'[],'.repeat(MiB / 2)}[]]`,
  })) {
    test(`as ${what} is refused before it is parsed`, async () => {
      const path = owner.path(`/chats/${(await owner.createChat([])).id}/messages`)
      const answer = await owner.send('POST', path, { body, headers: json })
      expectInvalid(answer)
      assert.match(answer.text, /nested too deeply, or has too many parts/)
    })
  }

  test('as a password of combining marks is a wrong one', async () => {
    const password = '\u0301\u0323'.repeat(15_000)
    const answer = await anyone.send('POST', '/api/auth/login', {
      json: { email: 'a@example.org', password },
    })
    assert.equal(answer.status, 401)
  })
})

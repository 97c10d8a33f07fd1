import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp } from '../kit/client.ts'
import { expectPlain } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const named = 'https://app.example.com'
const server = await startServer({ env: { CORS_ORIGINS: `${named}, http://localhost:5173` } })
after(() => server.close())

const person = await signUp(server.url)
const share = await person.share(await person.createChat())
const path = `/api/shared/chats/${share.uuid}`
/** What a browser sends along for a page of another origin. */
const from = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site' })
const corsOf = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control'))

describe('an origin that CORS_ORIGINS names', () => {
  for (const origin of [named, 'http://localhost:5173']) {
    test(`reads what its visitor may read: ${origin}`, async () => {
      const answer = await person.get(path, from(origin))
      expectOk(answer, shapes.sharedChat)
      assert.equal(answer.headers.get('access-control-allow-origin'), origin)
      assert.equal(answer.headers.get('access-control-allow-credentials'), 'true')
      assert.match(answer.headers.get('vary') ?? '', /\bOrigin\b/)
    })
  }

  test('reads refusals too', async () => {
    const answer = await createVisitor(server.url).get(person.path('/chats'), from(named))
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('access-control-allow-origin'), named)
  })

  test('writes, after the browser has asked', async () => {
    const asked = await createVisitor(server.url).send('OPTIONS', person.path('/chats'), {
      headers: {
        ...from(named),
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,idempotency-key',
      },
    })
    assert.equal(asked.status, 204)
    assert.equal(asked.headers.get('access-control-allow-origin'), named)
    assert.equal(asked.headers.get('access-control-allow-credentials'), 'true')
    assert.match(asked.headers.get('access-control-allow-methods') ?? '', /POST/)
    assert.equal(asked.headers.get('access-control-allow-headers'), 'content-type,idempotency-key')
    const json = { model: 'm', name: 'From the app' }
    expectOk(await person.send('POST', person.path('/chats'), { json, headers: from(named) }), shapes.chat)
  })

  test('gets nothing of the pages: their forms are ours', async () => {
    const page = await person.get(`/shared/chats/${share.uuid}`, from(named))
    assert.deepEqual(corsOf(page.headers), [])
    const form = { email: person.email, password: person.password }
    assert.equal((await person.send('POST', '/sign-in', { form, headers: from(named) })).status, 403)
  })
})

for (const origin of [
  'https://elsewhere.example',
  'https://app.example.com.elsewhere.example',
  'http://app.example.com',
  'https://app.example.com:8443',
  'null',
]) {
  test(`every other origin is refused as ever: ${origin}`, async () => {
    const read = await person.get(path, from(origin))
    assert.deepEqual(corsOf(read.headers), [])
    assert.match(read.headers.get('vary') ?? '', /\bOrigin\b/)
    const json = { model: 'm', name: 'n' }
    expectPlain(await person.send('POST', person.path('/chats'), { json, headers: from(origin) }), 403)
    const asked = await person.send('OPTIONS', path, {
      headers: { ...from(origin), 'access-control-request-method': 'GET' },
    })
    assert.deepEqual([asked.status, corsOf(asked.headers)], [403, []])
  })
}

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { ADDRESS_SIGN_UPS } from '../../src/sharing/limits.ts'
import { type Answer, createVisitor } from '../kit/client.ts'
import { startServer, type Server } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

const crowded = '203.0.113.5'
const server = await startServer({ env: { PUBLIC_URL: 'https://share.example.org', TRUST_PROXY: '1' } })
after(() => server.close())

function signUpFrom(address: string, at: Server = server, path = '/api/auth/sign-up'): Promise<Answer> {
  const form = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' }
  return createVisitor(at.url, { 'x-forwarded-for': address }).send('POST', path, { form })
}

/** As if so many accounts had been created from the address just now. */
async function countSignUps(at: Server, address: string, count: number): Promise<void> {
  const store = await openStoreAt(at.database.url)
  const row = { subject: `sign-up from ${address}`, count, expires_at: Date.now() + 60_000 }
  await store.counters.insertInto('try_counters').values(row).execute()
  await store.close()
}

test(`one address creates ${ADDRESS_SIGN_UPS.limit} accounts in an hour and then waits, while others go on`, async () => {
  await countSignUps(server, crowded, ADDRESS_SIGN_UPS.limit - 1)
  assert.equal((await signUpFrom(crowded)).status, 200)
  const refused = await signUpFrom(crowded)
  assert.equal(refused.status, 429)
  assert.match(refused.headers.get('retry-after') ?? '', /^([1-9]|[1-6]\d)$/)
  assert.match(refused.text, /^\{"statusCode":429,"statusMessage":"Too Many Requests","message":"/)
  const page = await signUpFrom(crowded, server, '/sign-up')
  assert.equal(page.status, 429)
  assert.match(page.text, /Please wait/)
  assert.equal((await signUpFrom('203.0.113.6')).status, 200)
})

test('on a server for its own machine alone nobody is counted: everyone has the same address', async () => {
  const own = await startServer()
  try {
    await countSignUps(own, '127.0.0.1', ADDRESS_SIGN_UPS.limit)
    const form = { email: 'ada@example.org', password: 'correct horse battery' }
    const answer = await createVisitor(own.url).send('POST', '/api/auth/sign-up', { form })
    assert.equal(answer.status, 200)
  } finally {
    await own.close()
  }
})

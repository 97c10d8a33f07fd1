import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisitor, expectOk } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { fuzz } from './fuzz.ts'

const requests = 4000
const seed = 20_240_320

test(`${requests} valid and hostile requests to every route (seed ${seed}) get no 5xx, no stack, no SQL, no path`, async () => {
  // Mail goes nowhere, and is tried again.
  const mail = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'share@server.example' }
  const server = await startServer({ env: { TRUST_PROXY: '1', ...mail } })
  try {
    const report = await fuzz(server, { requests, seed })
    // Refusals alone would prove little: requests must get through to what they are about. Some can't, as nobody
    // guesses a code of a mail or signs as a passkey.
    assert.ok(report.succeeded.size > report.neverSucceeded.size * 2, [...report.neverSucceeded].join())
    expectOk(await createVisitor(server.url).get('/health'), shapes.health)
    const errors = server.logs().filter(({ level }) => level === 'error' || level === 'fatal')
    assert.deepEqual(errors, [])
    assert.equal((await server.stop()).code, 0)
  } finally {
    await server.close()
  }
})

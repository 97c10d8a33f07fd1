import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisitor, expectOk } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { fuzz } from './fuzz.ts'

const requests = 3000
const seed = 20_240_320

test(`${requests} valid and hostile requests to every route (seed ${seed}) get no 5xx, no stack, no SQL, no path`, async () => {
  const server = await startServer({ env: { TRUST_PROXY: '1' } })
  try {
    const report = await fuzz(server, { requests, seed })
    assert.ok(
      report.routes.succeeded >= report.routes.all * 0.8,
      'most routes must be reached, not only refused',
    )
    expectOk(await createVisitor(server.url).get('/health'), shapes.health)
    const errors = server.logs().filter(({ level }) => level === 'error' || level === 'fatal')
    assert.deepEqual(errors, [])
    assert.equal((await server.stop()).code, 0)
  } finally {
    await server.close()
  }
})

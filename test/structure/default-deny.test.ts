import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import Fastify from 'fastify'
import { endpoints } from '../../src/http/endpoints.ts'
import { requireAccess } from '../../src/http/plugins/default-deny.ts'

describe('default deny', () => {
  it('keeps the server from starting when a route does not declare who may use it', async () => {
    const app = Fastify()
    requireAccess(app)
    assert.throws(
      () => app.get('/open-by-mistake', () => 'hello'),
      /GET \/open-by-mistake does not declare who may use it/,
    )
    await app.close()
  })

  it('lets a route that declares it pass', async () => {
    const app = Fastify()
    requireAccess(app)
    app.get('/declared', { config: { access: 'anyone' } }, () => 'hello')
    assert.equal((await app.inject('/declared')).statusCode, 200)
    await app.close()
  })

  it('gives every route that names a user to that user alone', () => {
    const ofUsers = endpoints.filter(({ path }) => path.startsWith('/api/users/'))
    assert.ok(ofUsers.length > 20)
    for (const { method, path, access } of ofUsers) assert.equal(access, 'owner', `${method} ${path}`)
  })
})

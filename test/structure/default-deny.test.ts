import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpoints } from '../../src/http/endpoints.ts'
import { type Access, type Endpoint, isForTokens } from '../../src/http/pipeline/endpoint.ts'
import { createRouter } from '../../src/http/pipeline/router.ts'

describe('default deny', () => {
  const [declared] = endpoints
  assert.ok(declared)

  it('keeps the server from starting when a route does not declare who may use it', () => {
    for (const access of [undefined, 'everybody', '']) {
      const undeclared: Endpoint = { ...declared, path: '/open-by-mistake', access: access as Access }
      assert.throws(
        () => createRouter([declared, undeclared]),
        /The route \w+ \/open-by-mistake does not declare who may use it/,
      )
    }
  })

  it('keeps it from starting when a route is there twice', () => {
    assert.throws(() => createRouter([declared, declared]), /already declared/)
  })

  it('lets routes that declare it pass, and finds nothing else', () => {
    const { match } = createRouter([{ ...declared, method: 'GET', path: '/declared' }])
    assert.equal(match('GET', '/declared?a=b')?.route?.pattern, '/declared')
    assert.equal(match('HEAD', '/declared')?.route?.pattern, '/declared')
    for (const [method, url] of [
      ['POST', '/declared'],
      ['GET', '/Declared'],
      ['GET', '/declared/'],
      ['GET', '//declared'],
    ] as const) {
      assert.equal(match(method, url), undefined, `${method} ${url}`)
    }
  })

  it('keeps tokens from accounts, sessions and tokens, and from whatever is added beside them', () => {
    const taken = endpoints
      .filter((endpoint) => isForTokens(endpoint) && /^\/api\/(auth|users\/[^/]+)(\/|$)/.test(endpoint.path))
      .filter(({ path }) => !/^\/api\/users\/[^/]+\/(chats|shares|imports|exports)/.test(path))
      .map(({ method, path }) => `${method} ${path}`)
    assert.deepEqual(taken, [
      'HEAD /api/auth/check',
      'GET /api/auth/session',
      'GET /api/auth/methods',
      'GET /api/users/{user_id}/events',
      // About chats and links, and what a browser proved for these.
      'GET /api/users/{user_id}/chat-sources',
      'DELETE /api/auth/reader',
      'POST /api/users/{user_id}/access-requests/{request_id}/accept',
      'DELETE /api/users/{user_id}/access-requests/{request_id}',
      'GET /api/users/{user_id}/access-requests',
    ])
  })

  it('gives every route that names a user to that user alone', () => {
    const ofUsers = endpoints.filter(({ path }) => path.startsWith('/api/users/'))
    assert.ok(ofUsers.length > 20)
    for (const { method, path, access } of ofUsers) assert.equal(access, 'owner', `${method} ${path}`)
  })
})

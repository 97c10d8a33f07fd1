import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Compile } from 'typebox/schema'
import { createVisitor, signUp, type Answer, type Question, type Visitor } from '../kit/client.ts'
import { isRecord, type Json, recordAt } from '../kit/json.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

/** The machine form of the contract: valid, complete, and true to what the server answers. */

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const anyone = createVisitor(server.url)
const answer = await anyone.get('/openapi.json')
const document = answer.json()
assert.ok(isRecord(document))

/** Every route that clients may rely on. */
const contract: readonly [method: string, path: string, statuses: readonly number[]][] = [
  ['post', '/api/auth/sign-up', [200, 400, 403, 409]],
  ['post', '/api/auth/login', [200, 400, 401, 429]],
  ['post', '/api/auth/codes', [204, 400, 503]],
  ['delete', '/api/auth/reader', [200]],
  ['post', '/api/auth/logout', [200]],
  ['head', '/api/auth/check', [204, 401]],
  ['get', '/api/users/{user_id}', [200, 401, 404]],
  ['patch', '/api/users/{user_id}', [200, 400, 401, 403, 404, 409]],
  ['delete', '/api/users/{user_id}', [200, 401, 403, 404, 429]],
  ['post', '/api/users/{user_id}/email-verification', [200, 204, 400, 401, 403, 404, 429, 503]],
  ['get', '/api/users/{user_id}/mail-settings', [200, 401, 404]],
  ['patch', '/api/users/{user_id}/mail-settings', [200, 400, 401, 404]],
  ['get', '/api/users/{user_id}/access-requests', [200, 401, 404]],
  ['post', '/api/users/{user_id}/access-requests/{request_id}/accept', [200, 401, 404]],
  ['delete', '/api/users/{user_id}/access-requests/{request_id}', [200, 401, 404]],
  ['get', '/api/users/{user_id}/events', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/sessions', [200, 401, 403, 404]],
  ['get', '/api/users/{user_id}/sessions', [200, 401, 403, 404]],
  ['delete', '/api/users/{user_id}/sessions/{session_id}', [200, 400, 401, 403, 404]],
  ['get', '/api/auth/methods', [200]],
  ['post', '/api/auth/passkeys/options', [200]],
  ['post', '/api/auth/passkeys', [200, 400, 401, 429]],
  ['get', '/api/users/{user_id}/passkeys', [200, 401, 403, 404]],
  ['post', '/api/users/{user_id}/passkeys/options', [200, 401, 403, 404]],
  ['post', '/api/users/{user_id}/passkeys', [200, 400, 401, 403, 404, 413]],
  ['patch', '/api/users/{user_id}/passkeys/{passkey_id}', [200, 400, 401, 403, 404]],
  ['delete', '/api/users/{user_id}/passkeys/{passkey_id}', [200, 400, 401, 403, 404]],
  ['get', '/api/users/{user_id}/tokens', [200, 401, 403, 404]],
  ['post', '/api/users/{user_id}/tokens', [200, 400, 401, 403, 404, 413]],
  ['delete', '/api/users/{user_id}/tokens/{token_id}', [200, 400, 401, 403, 404]],
  ['get', '/api/users/{user_id}/webhooks', [200, 401, 403, 404]],
  ['post', '/api/users/{user_id}/webhooks', [200, 400, 401, 403, 404, 413]],
  ['delete', '/api/users/{user_id}/webhooks/{webhook_id}', [200, 400, 401, 403, 404]],
  ['post', '/api/users/{user_id}/webhooks/{webhook_id}/test', [200, 400, 401, 403, 404, 413]],
  ['get', '/api/users/{user_id}/shares', [200, 401, 404]],
  ['get', '/api/users/{user_id}/chats', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/chats', [200, 400, 401, 404]],
  ['get', '/api/users/{user_id}/chats/{chat_id}', [200, 400, 401, 404]],
  ['patch', '/api/users/{user_id}/chats/{chat_id}', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/chats/{chat_id}', [200, 400, 401, 404]],
  ['get', '/api/users/{user_id}/chats/{chat_id}/messages', [200, 400, 401, 404]],
  ['get', '/api/users/{user_id}/chats/{chat_id}/messages/rendered', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/restore', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/restore', [200, 400, 401, 404, 409]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/messages', [200, 400, 401, 404]],
  ['patch', '/api/users/{user_id}/chats/{chat_id}/messages/{message_id}', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/chats/{chat_id}/messages/{message_id}', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/chats/{chat_id}/messages/last', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/scan', [200, 400, 401, 404, 413, 503]],
  ['get', '/api/users/{user_id}/chats/{chat_id}/shares', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares', [200, 400, 401, 404]],
  ['patch', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}', [200, 400, 401, 404]],
  ['delete', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/rotate', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/snapshot', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/preview', [200, 400, 401, 404]],
  ['get', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/whitelist-entries', [200, 400, 401, 404]],
  ['post', '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/whitelist-entries', [200, 400, 401, 404]],
  [
    'delete',
    '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/whitelist-entries/{entry_id}',
    [200, 400, 401, 404],
  ],
  ['get', '/api/shared/chats/{uuid}', [200, 304, 401, 403, 404, 429]],
  ['post', '/api/shared/chats/{uuid}/unlock', [204, 401, 404, 429]],
  ['post', '/api/shared/chats/{uuid}/codes', [204, 400, 404, 503]],
  ['post', '/api/shared/chats/{uuid}/codes/verify', [204, 400, 401, 404, 429, 503]],
  ['post', '/api/shared/chats/{uuid}/access-requests', [204, 401, 403, 404]],
  ['get', '/api/server', [200]],
  ['get', '/health', [200, 503]],
  ['get', '/metrics', [200, 404]],
  ['get', '/openapi.json', [200]],
]

test('/openapi.json is valid OpenAPI', async () => {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  const result = await new Validator().validate(document)
  assert.ok(result.valid, JSON.stringify(result.errors, null, 1))
})

describe('/openapi.json', () => {
  for (const [method, path, statuses] of contract) {
    test(`describes ${method.toUpperCase()} ${path} with what it answers`, () => {
      const responses = recordAt(document, 'paths', path, method, 'responses')
      assert.ok(responses, 'the route is missing')
      for (const status of statuses) assert.ok(String(status) in responses, `${status} is missing`)
    })
  }
})

describe('what the server answers is what /openapi.json says', async () => {
  const owner = await signUp(server.url)
  const reader = await signUp(server.url)
  const chat = await owner.createChat()
  const share = await owner.share(chat, { password: 'sesame', emails: [reader.email] })
  const [entry] = await owner.listEntries(share)
  const ids: Record<string, string> = {
    '{user_id}': String(owner.id),
    '{chat_id}': String(chat.id),
    '{share_id}': String(share.id),
    '{entry_id}': String(entry?.id),
    '{uuid}': share.uuid,
    '{session_id}': '7',
    '{token_id}': '1',
    '{webhook_id}': '99',
    '{passkey_id}': '1',
  }
  const user = '/api/users/{user_id}'
  const chats = `${user}/chats`
  const one = `${chats}/{chat_id}`
  const shareRoute = `${one}/shares/{share_id}`
  const shared = '/api/shared/chats/{uuid}'
  const hook = { url: 'https://hook.example/', events: ['share.viewed'] }
  const credential = { id: 'AA', rawId: 'AA', type: 'public-key', response: { clientDataJSON: 'e30' } }
  const form = { email: 'wrong@example.org', password: 'wrong password' }
  const steps: readonly [who: Visitor, method: string, path: string, status: number, question?: Question][] =
    [
      [anyone, 'POST', '/api/auth/sign-up', 200, { json: { ...form, email: 'new@example.org' } }],
      [anyone, 'POST', '/api/auth/sign-up', 409, { json: { ...form, email: 'new@example.org' } }],
      [anyone, 'POST', '/api/auth/sign-up', 400, { json: {} }],
      [anyone, 'POST', '/api/auth/login', 200, { json: { ...form, email: 'new@example.org' } }],
      [anyone, 'POST', '/api/auth/login', 401, { form }],
      [anyone, 'POST', '/api/auth/logout', 200],
      [anyone, 'POST', '/api/auth/codes', 503, { json: { email: 'new@example.org' } }],
      [anyone, 'DELETE', '/api/auth/reader', 200],
      [anyone, 'GET', '/api/server', 200],
      [owner, 'POST', `${user}/email-verification`, 503],
      [owner, 'GET', `${user}/mail-settings`, 200],
      [owner, 'PATCH', `${user}/mail-settings`, 200, { json: { access_requests: false } }],
      [owner, 'GET', `${user}/access-requests`, 200],
      [owner, 'GET', user, 200],
      [anyone, 'GET', user, 401],
      [reader, 'GET', user, 404],
      [owner, 'PATCH', user, 403, { json: { email: 'x@example.org', current_password: 'wrong password' } }],
      [owner, 'PATCH', user, 409, { json: { email: reader.email, current_password: owner.password } }],
      [
        owner,
        'PATCH',
        user,
        200,
        { json: { email: 'patched@example.org', current_password: owner.password } },
      ],
      [owner, 'GET', `${user}/sessions`, 200],
      [owner, 'DELETE', `${user}/sessions/{session_id}`, 404],
      [owner, 'POST', `${user}/tokens`, 200, { json: { name: 'CI', scope: 'read' } }],
      [owner, 'POST', `${user}/tokens`, 400, { json: { name: 'CI' } }],
      [owner, 'GET', `${user}/tokens`, 200],
      [anyone, 'GET', '/api/auth/methods', 200],
      [anyone, 'POST', '/api/auth/passkeys/options', 200],
      [anyone, 'POST', '/api/auth/passkeys', 401, { json: { credential } }],
      [anyone, 'POST', '/api/auth/passkeys', 400, { json: {} }],
      [owner, 'POST', `${user}/passkeys/options`, 200],
      [owner, 'POST', `${user}/passkeys`, 400, { json: { name: 'Mine', credential } }],
      [owner, 'GET', `${user}/passkeys`, 200],
      [owner, 'PATCH', `${user}/passkeys/{passkey_id}`, 404, { json: { name: 'Mine' } }],
      [owner, 'DELETE', `${user}/passkeys/{passkey_id}`, 404],
      [owner, 'DELETE', `${user}/tokens/{token_id}`, 200],
      [owner, 'POST', `${user}/webhooks`, 200, { json: hook }],
      [owner, 'POST', `${user}/webhooks`, 400, { json: { ...hook, url: 'http://localhost' } }],
      [owner, 'GET', `${user}/webhooks`, 200],
      [owner, 'POST', `${user}/webhooks/{webhook_id}/test`, 404],
      [owner, 'DELETE', `${user}/webhooks/{webhook_id}`, 404],
      [owner, 'GET', `${user}/events?limit=2`, 200],
      [owner, 'GET', `${user}/events?limit=x`, 400],
      [owner, 'DELETE', user, 403, { json: { current_password: 'wrong password' } }],
      [owner, 'GET', `${user}/shares`, 200],
      [owner, 'GET', `${user}/shares?limit=1&q=moons`, 200],
      [owner, 'GET', `${user}/shares?order_by=banana`, 400],
      [owner, 'PATCH', `${user}/shares`, 404, { json: { share_ids: [2147483647], is_shared: false } }],
      [owner, 'PATCH', `${user}/shares`, 200, { json: { share_ids: [share.id], is_shared: true } }],
      [owner, 'DELETE', `${user}/shares`, 404, { json: { share_ids: [2147483647] } }],
      [owner, 'GET', `${user}/chat-sources`, 200],
      [owner, 'GET', `${chats}?limit=1&q=moons`, 200],
      [owner, 'GET', chats, 200],
      [owner, 'GET', `${chats}?order_by=banana`, 400],
      [owner, 'POST', chats, 200, { json: { model: 'm', name: 'n' } }],
      [owner, 'POST', chats, 400, { json: {} }],
      [owner, 'GET', one, 200],
      [owner, 'PATCH', one, 200, { json: { name: 'renamed' } }],
      [owner, 'GET', `${one}/messages`, 200],
      [owner, 'GET', `${one}/messages/rendered?limit=1`, 200],
      [owner, 'POST', `${one}/messages`, 200, { json: { message: 'one', actor: 'user' } }],
      [
        owner,
        'POST',
        `${one}/messages`,
        200,
        { json: { messages: [{ content: 'two', role: 'assistant' }] } },
      ],
      [owner, 'DELETE', `${one}/messages/last`, 200],
      [owner, 'POST', `${one}/scan`, 200],
      [owner, 'GET', `${one}/shares`, 200],
      [owner, 'POST', `${one}/shares`, 200, { json: { max_views: 100 } }],
      [owner, 'PATCH', shareRoute, 200, { json: { expires_at: '2999-01-01T00:00:00Z' } }],
      [owner, 'PATCH', shareRoute, 400, { json: { is_protected: false } }],
      [owner, 'POST', `${shareRoute}/snapshot`, 200],
      [owner, 'POST', `${shareRoute}/snapshot`, 400, { json: { message_ids: [] } }],
      [owner, 'GET', `${shareRoute}/readers`, 200],
      [owner, 'POST', `${shareRoute}/preview`, 200, { json: { has_password: true } }],
      [owner, 'POST', `${shareRoute}/preview`, 200, { json: { has_password: true, email: reader.email } }],
      [owner, 'GET', `${shareRoute}/whitelist-entries`, 200],
      [owner, 'POST', `${shareRoute}/whitelist-entries`, 200, { json: ['another@example.org'] }],
      [owner, 'GET', shared, 200],
      [anyone, 'GET', shared, 401],
      [anyone, 'POST', `${shared}/unlock`, 401, { json: { password: 'wrong' } }],
      [owner, 'POST', `${shared}/unlock`, 204, { json: { password: 'sesame' } }],
      [reader, 'POST', `${shared}/unlock`, 204, { json: { password: 'sesame' } }],
      [reader, 'GET', shared, 200],
      [owner, 'DELETE', `${shareRoute}/whitelist-entries/{entry_id}`, 200],
      [reader, 'GET', shared, 403],
      [reader, 'POST', `${shared}/access-requests`, 204],
      [anyone, 'POST', `${shared}/access-requests`, 401],
      [anyone, 'POST', `${shared}/codes`, 503, { json: { email: 'new@example.org' } }],
      [owner, 'PATCH', shareRoute, 200, { json: { is_shared: false } }],
      [reader, 'GET', shared, 404],
      [owner, 'POST', `${shareRoute}/rotate`, 200],
      [owner, 'DELETE', `${shareRoute}?undo=true`, 200],
      [owner, 'POST', `${shareRoute}/restore`, 200],
      [owner, 'POST', `${shareRoute}/restore`, 404],
      [owner, 'DELETE', shareRoute, 200],
      [owner, 'GET', `${one}/shares`, 200],
      [owner, 'DELETE', `${one}?undo=true`, 200],
      [owner, 'POST', `${chats}/restore`, 200, { json: { chat_ids: [chat.id] } }],
      [owner, 'DELETE', one, 200],
      [owner, 'DELETE', chats, 404, { json: { chat_ids: [chat.id] } }],
      [anyone, 'GET', '/health', 200],
      [anyone, 'GET', '/livez', 200],
      [anyone, 'GET', '/readyz', 200],
      [owner, 'DELETE', `${user}/sessions`, 200],
    ]
  for (const [who, method, path, status, question] of steps) {
    test(`${method} ${path} → ${status}`, async () => {
      const real = path.replaceAll(/\{\w+\}/g, (name) => ids[name] ?? name)
      const answered = await who.send(method, real, question)
      assert.equal(answered.status, status, answered.text)
      expectAsDescribed(answered, method.toLowerCase(), path.split('?')[0] ?? '')
    })
  }
})

/** With what it refers to in its place. */
function resolved(schema: unknown): Json {
  if (Array.isArray(schema)) return schema.map(resolved)
  if (!isRecord(schema)) return schema
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined
  if (name !== undefined) return resolved(recordAt(document, 'components', 'schemas', name))
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value)]))
}

function expectAsDescribed(answered: Answer, method: string, path: string): void {
  const response = recordAt(document, 'paths', path, method, 'responses', String(answered.status))
  assert.ok(response, 'the status is missing in /openapi.json')
  const schema = recordAt(response, 'content', 'application/json', 'schema')
  if (answered.text === '') {
    assert.equal(schema, undefined)
    return
  }
  assert.ok(schema, 'the body is missing in /openapi.json')
  const whole = resolved(schema)
  assert.ok(isRecord(whole))
  const check = Compile(whole)
  const value = answered.json()
  assert.ok(check.Check(value), `${JSON.stringify(check.Errors(value))}\n${answered.text}`)
}

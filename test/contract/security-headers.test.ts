import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { sendRaw } from '../kit/raw-socket.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
const behindTls = await startServer({ env: { PUBLIC_URL: 'https://share.example.org' } })
after(() => Promise.all([server.close(), behindTls.close()]))

const requests = {
  'a page': 'GET /sign-in HTTP/1.1\r\nHost: {host}\r\n\r\n',
  'an answer of the API': 'GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n',
  'a refusal': 'GET /api/users/1 HTTP/1.1\r\nHost: {host}\r\n\r\n',
  'a route that is none': 'GET /nowhere HTTP/1.1\r\nHost: {host}\r\n\r\n',
  'a URL that is none': 'GET /%ff HTTP/1.1\r\nHost: {host}\r\n\r\n',
  'what is no request': 'GET / HTTP/1.1\r\nbroken\r\n\r\n',
  'too many headers': `GET / HTTP/1.1\r\nHost: {host}\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
}

for (const [what, request] of Object.entries(requests)) {
  describe(what, () => {
    test('shuts out other sites’ windows and embeds, and what a page never needs', async () => {
      const { headers } = await sendRaw(server.url, request)
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      const policy = headers.get('permissions-policy') ?? ''
      for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb']) {
        assert.ok(policy.includes(`${feature}=()`), feature)
      }
    })

    test('holds browsers to https where the public URL is https, and only there', async () => {
      const { headers } = await sendRaw(behindTls.url, request)
      assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}$/)
      assert.equal((await sendRaw(server.url, request)).headers.get('strict-transport-security'), undefined)
    })
  })
}

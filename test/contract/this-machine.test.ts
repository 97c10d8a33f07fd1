import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { ADDRESS_SIGN_UPS } from '../../src/sharing/limits.ts'
import { signUp } from '../kit/client.ts'
import { sendRaw } from '../kit/raw-socket.ts'
import { startServer, type Server } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** What is for the user of this machine alone, and who passes as one. */

const server = await startServer()
const open = await startServer({ env: { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' } })
after(() => Promise.all([server.close(), open.close()]))

const { host, port } = new URL(server.url)
const local = (at: Server): string => at.url.replace('0.0.0.0', '127.0.0.1')

function ask(lines: readonly string[], { at = server, path = '/metrics', version = '1.1' } = {}) {
  return sendRaw(local(at), `GET ${path} HTTP/${version}\r\n${[...lines, ''].join('\r\n')}\r\n`)
}

/** As if this machine's address had made as many accounts as one may. */
async function useUpSignUps({ database }: Server): Promise<void> {
  const store = await openStoreAt(database.url)
  const row = {
    subject: 'sign-up from 127.0.0.1',
    count: ADDRESS_SIGN_UPS.limit,
    expires_at: Date.now() + 60_000,
  }
  await store.counters.insertInto('try_counters').values(row).execute()
  await store.close()
}

/** Every header by which a proxy, a tunnel or a content network tells of itself. */
const passedOn = [
  'Forwarded: for=127.0.0.1',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: localhost',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Server: a',
  'X-Forwarded-Anything: 1',
  'X-Real-IP: 127.0.0.1',
  'Via: 1.1 proxy',
  'CF-Connecting-IP: 127.0.0.1',
  'CF-Ray: 1',
  'True-Client-IP: 127.0.0.1',
  'X-Client-IP: 127.0.0.1',
  'X-Cluster-Client-IP: 127.0.0.1',
  'Fastly-Client-IP: 127.0.0.1',
  'X-Envoy-External-Address: 127.0.0.1',
  'X-Original-Forwarded-For: 127.0.0.1',
  'X-Azure-ClientIP: 127.0.0.1',
  'X-Azure-SocketIP: 127.0.0.1',
  'Fly-Client-IP: 127.0.0.1',
  'X-Appengine-User-IP: 127.0.0.1',
  'X-ProxyUser-Ip: 127.0.0.1',
  'DO-Connecting-IP: 127.0.0.1',
  'CDN-Loop: cloudflare',
]

describe('what is for the user of this machine', () => {
  for (const name of [
    host,
    `localhost:${port}`,
    'localhost',
    'chats.localhost:80',
    '127.8.9.1',
    `[::1]:${port}`,
  ]) {
    test(`is there under ${name}`, async () => {
      assert.equal((await ask([`Host: ${name}`])).status, 200)
    })
  }

  for (const header of passedOn) {
    test(`is not there for what came with ${header.split(':')[0]}`, async () => {
      assert.equal((await ask([`Host: ${host}`, header])).status, 404)
    })
  }

  test('is not there by HTTP/1.0, which proxies fall back to', async () => {
    assert.equal((await ask([`Host: ${host}`], { version: '1.0' })).status, 404)
    assert.equal((await ask([], { version: '1.0' })).status, 404)
  })

  test('is not there under a name of elsewhere, or under two', async () => {
    for (const name of [
      'evil.example',
      '192.168.0.1:3000',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      assert.equal((await ask([`Host: ${name}`], { at: open })).status, 404, name)
    }
    assert.equal((await ask(['Host: localhost', 'Host: evil.example'], { at: open })).status, 404)
    assert.equal((await ask(['Host: localhost'], { at: open })).status, 200)
  })
})

describe('a server that listens to this machine alone', () => {
  for (const path of ['/', '/health', '/api/auth/session', '/metrics', '/shared/chats/x', '/nowhere']) {
    test(`answers a foreign name with 421 at ${path}, and says what to do`, async () => {
      for (const name of [
        'evil.example',
        `evil.example:${port}`,
        '10.0.0.1',
        'localhost.evil.example',
        'notlocalhost',
        '',
      ]) {
        const answer = await ask([`Host: ${name}`], { path })
        assert.equal(answer.status, 421, name)
        assert.match(answer.body, /PUBLIC_URL/)
      }
    })
  }

  test('makes no account for a page that has a foreign name', async () => {
    const body = '{"email":"a@example.org","password":"long enough"}'
    const answer = await sendRaw(
      server.url,
      `POST /api/auth/sign-up HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n` +
        `Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    assert.equal(answer.status, 421)
    assert.equal(answer.headers.get('set-cookie'), undefined)
  })
})

describe('a server that others reach too', () => {
  test('counts their sign-ups, though its public URL is of this machine', async () => {
    await useUpSignUps(open)
    await assert.rejects(signUp(local(open)), /429/)
  })

  test('writes no name into its pages that a reader chose', async () => {
    const network = await startServer({ env: { HOST: '0.0.0.0' } })
    try {
      const owner = await signUp(local(network))
      const share = await owner.share(await owner.createChat())
      for (const path of [
        `/shared/chats/${share.uuid}`,
        '/shared/chats/00000000-0000-4000-8000-000000000000',
      ]) {
        const answer = await ask(['Host: evil.example'], { at: network, path })
        assert.doesNotMatch(answer.body, /evil/, path)
      }
    } finally {
      await network.close()
    }
  })
})

test('a server for this machine counts the sign-ups that a proxy passes on', async () => {
  await useUpSignUps(server)
  await assert.rejects(signUp(server.url, { headers: { 'x-real-ip': '203.0.113.5' } }), /429/)
  await signUp(server.url)
})

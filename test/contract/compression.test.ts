import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { after, describe, test } from 'node:test'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { basic, signUp } from '../kit/client.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const long = await owner.createChat([{ content: 'The moons of Neptune. '.repeat(200), role: 'user' }], 'Long')
const share = await owner.share(long)
const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

/** An answer as it comes over the wire. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const asked = request(server.url + path, { method, headers }).end()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject)
  })
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    bytes: await buffer(response),
  }
}

const expectPlainBytes = (answer: Awaited<ReturnType<typeof ask>>) =>
  assert.equal(answer.headers['content-encoding'], undefined)

const read = `/api/shared/chats/${share.uuid}`
const messages = owner.path(`/chats/${long.id}/messages`)

describe('a body over 1 KiB is compressed when that is asked for', () => {
  const decoders = { gzip: gunzipSync, br: brotliDecompressSync }
  for (const [encoding, decode] of Object.entries(decoders)) {
    for (const path of [read, messages, `/shared/chats/${share.uuid}`, '/openapi.json']) {
      test(`${encoding}: ${path.replaceAll(/\d+|[\da-f-]{36}/g, '…')}`, async () => {
        const plain = await ask(path, { cookie })
        assert.equal(plain.headers['content-encoding'], undefined)
        assert.match(String(plain.headers['vary']), /Accept-Encoding/)
        // Twice: made, and as it was kept.
        for (let times = 0; times < 2; times++) {
          const encoded = await ask(path, { cookie, 'accept-encoding': encoding })
          assert.equal(encoded.headers['content-encoding'], encoding)
          assert.match(String(encoded.headers['vary']), /Accept-Encoding/)
          assert.equal(encoded.headers['content-length'], String(encoded.bytes.length))
          assert.deepEqual(decode(encoded.bytes), plain.bytes)
        }
        const head = await ask(path, { cookie, 'accept-encoding': encoding }, 'HEAD')
        assert.deepEqual([head.headers['content-encoding'], head.bytes.length], [encoding, 0])
      })
    }
  }

  test('brotli where both are taken, and what the asker likes better where they say so', async () => {
    for (const [accepted, expected] of [
      ['gzip, deflate, br', 'br'],
      ['br;q=0.5, gzip', 'gzip'],
      ['*', 'br'],
      ['identity', undefined],
      ['br;q=0, gzip;q=0', undefined],
      ['zstd', undefined],
    ] as const) {
      const answer = await ask(read, { 'accept-encoding': accepted })
      assert.equal(answer.headers['content-encoding'], expected, accepted)
    }
  })

  test('what one has is a 304 in every encoding', async () => {
    const { headers } = await ask(read, { 'accept-encoding': 'br' })
    assert.match(String(headers['etag']), /^W\/"/)
    const again = await ask(read, { 'accept-encoding': 'br', 'if-none-match': String(headers['etag']) })
    assert.equal(again.status, 304)
  })

  test('and shows what was changed, to the letter', async () => {
    const chat = await owner.createChat([{ content: 'x'.repeat(2000), role: 'user' }])
    const { uuid } = await owner.share(chat)
    const text = async () =>
      brotliDecompressSync(
        (await ask(`/api/shared/chats/${uuid}`, { 'accept-encoding': 'br' })).bytes,
      ).toString()
    assert.doesNotMatch(await text(), /Proteus/)
    await owner.addMessages(chat, [{ content: 'Proteus', role: 'assistant' }])
    assert.match(await text(), /Proteus/)
  })
})

describe('is never compressed', () => {
  const accepted = { 'accept-encoding': 'gzip, br' }

  test('what is small', async () => {
    expectPlainBytes(await ask('/health', accepted))
  })

  test('what another site makes a browser ask for: its length would tell of what it repeats', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await ask(messages, { ...accepted, cookie, 'sec-fetch-site': site })
      assert.equal(answer.status, 200)
      expectPlainBytes(answer)
    }
  })

  test('an export, which is a file', async () => {
    const answer = await ask(`${read}/export?format=markdown`, accepted)
    assert.equal(answer.status, 200)
    expectPlainBytes(answer)
  })

  test('a refusal, or what only a password opens and none was given', async () => {
    const locked = await owner.share(await owner.createChat([{ content: 'y'.repeat(3000), role: 'user' }]), {
      password: 'sesame',
    })
    const path = `/api/shared/chats/${locked.uuid}`
    const opened = await ask(path, { ...accepted, authorization: basic(':sesame') })
    assert.equal(opened.headers['content-encoding'], 'br')
    const refused = await ask(path, accepted)
    assert.equal(refused.status, 401)
    expectPlainBytes(refused)
  })
})

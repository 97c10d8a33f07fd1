import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type Server } from 'node:net'
import { after, describe, test } from 'node:test'
import { Failure } from '../failure.ts'
import { createApi } from './api.ts'

const SILENCE_MS = 30_000

const servers: { close(): unknown }[] = []
after(() => {
  for (const server of servers) server.close()
})

async function listen(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

const fails = (url: string, words: RegExp) =>
  assert.rejects(createApi(url).serverFacts(), (error: unknown) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, 'unreachable')
    assert.match(error.message, words)
    return true
  })

describe('a server', () => {
  for (const [what, said] of [
    ['that says nothing', ''],
    ['that falls silent', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
  ] as const) {
    test(`${what} is given up`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] })
      const sockets = createServer((socket) => {
        socket.once('data', () => {
          socket.write(said, () => setImmediate(() => t.mock.timers.tick(SILENCE_MS)))
          t.after(() => socket.destroy())
        })
      })
      const port = await listen(sockets)
      await fails(`http://127.0.0.1:${port}`, /can't be reached: it says nothing for 30 seconds/)
    })
  }

  test('that speaks no TLS is said to be one of http:', async () => {
    const port = await listen(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    await fails(`https://127.0.0.1:${port}`, /server of http: rather than https:/)
  })

  test('whose certificate nobody vouches for is told in plain words', async () => {
    const folder = new URL('../../../test/fixtures/tls/', import.meta.url)
    const [key, cert] = ['server-key.pem', 'server.pem'].map((name) => readFileSync(new URL(name, folder)))
    const port = await listen(createTlsServer({ key, cert }))
    await fails(`https://localhost:${port}`, /can't be trusted: its certificate .* NODE_EXTRA_CA_CERTS/)
  })

  test('that has no such name is told so', async () => {
    await fails('http://nowhere.invalid', /there is no such name/)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it, type TestContext } from 'node:test'
import type { Load } from '../../bench/load-generator.ts'
import { startGenerator } from '../../bench/processes.ts'
import { request } from '../../bench/requests.ts'

const generator = startGenerator()
after(() => generator.stop())

async function load(test: TestContext, listener: RequestListener, how: Partial<Load> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  test.after(() => server.close())
  await once(server, 'listening')
  return generator.run({
    // It listens on a port.
    port: (server.address() as AddressInfo).port,
    requests: [request('GET', '/')],
    order: 'random',
    status: 200,
    connections: 2,
    seconds: 0.05,
    polls: false,
    ...how,
  })
}

function answered(urls: string[]): RequestListener {
  return (asked, response) => {
    urls.push(asked.url ?? '')
    response.writeHead(200, { 'content-length': 2 }).end('ok')
  }
}

describe('A measurement fails', () => {
  it('when an answer has another status', async (test) => {
    const run = load(test, (_, response) => response.writeHead(503).end('no'))
    await assert.rejects(run, /Expected 200, but got:\s+HTTP\/1\.1 503/)
  })

  it('when an answer has no body', async (test) => {
    const run = load(test, (_, response) => response.writeHead(200, { 'content-length': 0 }).end())
    await assert.rejects(run, /no body/)
  })

  it('when an answer does not say how long it is', async (test) => {
    const run = load(test, (_, response) => {
      response.write('some')
      response.end('thing')
    })
    await assert.rejects(run, /no body/)
  })

  it('when an answer is of another length than it is to be', async (test) => {
    await assert.rejects(load(test, answered([]), { bytes: 3 }), /Expected 3 bytes, but got 2/)
    assert.ok((await load(test, answered([]), { bytes: 2 })).requests > 0)
  })

  it('when the server closes a connection', async (test) => {
    const run = load(test, (asked) => asked.socket.destroy())
    await assert.rejects(run, /closed a connection/)
  })
})

describe('A measurement asks', () => {
  const requests = ['/a', '/b', '/c'].map((path) => request('GET', path))

  it('each request once where they are to be fresh, and tells how many', async (test) => {
    const urls: string[] = []
    const result = await load(test, answered(urls), { requests, order: 'once', seconds: 5 })
    assert.deepEqual(urls.toSorted(), ['/a', '/b', '/c'])
    assert.equal(result.requests, 3)
  })

  it('the same request on a connection where each has its own', async (test) => {
    const urls = new Map<unknown, Set<string>>()
    const listener: RequestListener = (asked, response) => {
      const asks = urls.get(asked.socket) ?? new Set()
      urls.set(asked.socket, asks.add(asked.url ?? ''))
      response.writeHead(200, { 'content-length': 2 }).end('ok')
    }
    await load(test, listener, { requests, order: 'own', connections: 3 })
    assert.deepEqual([...urls.values()].flatMap((asks) => [...asks]).toSorted(), ['/a', '/b', '/c'])
  })

  it('once on each connection, however little time there is', async (test) => {
    const urls: string[] = []
    await load(test, answered(urls), { seconds: 0, connections: 3 })
    assert.equal(urls.length, 3)
  })

  it('for nothing but what is not modified without a body', async (test) => {
    const result = await load(test, (_, response) => response.writeHead(304).end(), { status: 304 })
    assert.ok(result.requests > 0)
  })
})

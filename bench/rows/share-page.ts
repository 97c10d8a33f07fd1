import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { type Answer, openShareLimit } from '../limits.ts'
import { interleave } from '../measure.ts'
import { request } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'

const AS_BROWSERS = { accept: 'text/html', 'accept-encoding': 'gzip' }
const ADDED_BY_NODE = new Set(['date', 'connection', 'keep-alive'])

/** The page of a shared chat, compressed as browsers ask for it, and not. */
export async function measureSharePage(bench: Bench): Promise<Row[]> {
  const service = await bench.service('page')
  const limit = await bench.limit('page')
  const owner = await signUp(service.url)
  const { uuid } = await owner.share(await owner.createChat(conversation(50)))
  const url = `/shared/chats/${uuid}`
  // One after the other: on the limit, an address has one answer.
  const zipped = await rawAnswer(service.url + url, AS_BROWSERS)
  const plain = await rawAnswer(service.url + url)
  await limit.add([
    { ...openShareLimit(uuid, zipped), url: `${url}?zipped` },
    { ...openShareLimit(uuid, plain), url },
  ])

  const samples = await interleave(bench.generator, bench.plan, {
    zippedLimit: { server: limit, requests: [request('GET', `${url}?zipped`, AS_BROWSERS)] },
    zipped: { server: service, requests: [request('GET', `${url}?zipped`, AS_BROWSERS)] },
    limit: { server: limit, requests: [request('GET', url)] },
    plain: { server: service, requests: [request('GET', url)] },
  })
  await Promise.all([service.stop(), limit.stop()])

  const zippedLimit = { name: 'the limit', samples: samples.zippedLimit }
  const plainLimit = { name: 'the limit', samples: samples.limit }
  return [
    nearnessRow(`share page, 50 messages, ${kilobytes(zipped)} of gzip`, samples.zipped, zippedLimit, 0.7),
    nearnessRow(`share page, 50 messages, ${kilobytes(plain)} of HTML`, samples.plain, plainLimit, 0.7),
    p99Row('share page', samples.zipped, samples.zippedLimit),
  ]
}

function kilobytes({ body }: Answer): string {
  return `${(body.length / 1000).toFixed(1)} kB`
}

/** The answer as it is on the wire. */
async function rawAnswer(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const [response]: IncomingMessage[] = await once(get(url, { headers, agent: false }), 'response')
  if (!response) throw new Error(`No answer from ${url}`)
  const body = new Uint8Array(await buffer(response))
  const sent = Object.entries(response.headers).filter(([name]) => !ADDED_BY_NODE.has(name))
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
    body,
  }
}

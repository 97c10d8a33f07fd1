import { type Person, signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { WRITING } from '../budgets.ts'
import { conversation } from '../conversation.ts'
import type { LimitAnswer } from '../limit/limit-server.ts'
import { limitOf } from '../limit/limits.ts'
import { figureOf, interleave } from '../measure.ts'
import { request } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'

const WRITERS = 32
const MANY = 1000

/**
 * Writing messages, which are on the disk when the answer says so. The limit runs the statements that the service
 * runs, each time for the next position, as durably, and sends a finished answer.
 */
export async function measureWriting(bench: Bench): Promise<Row[]> {
  const recorder = await bench.recorder('writing')
  const owner = await signUp(recorder.url)
  const headers = { cookie: [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  const one = { messages: conversation(1) }
  const paths = await pathsOfChats(owner, WRITERS)
  const limitPaths = await pathsOfChats(owner, WRITERS)
  // One chat holds 64 MiB, which a full run writes several times.
  const largePaths = await pathsOfChats(owner, bench.isQuick ? 1 : WRITERS)
  const limits: LimitAnswer[] = []
  for (const url of limitPaths) {
    limits.push(await limitOf(recorder, url, { method: 'POST', headers, json: one }))
  }
  await recorder.stop()

  const [service, limit] = [await bench.service('writing'), await bench.limit('writing')]
  await limit.add(limits)
  const many = { messages: conversation(bench.isQuick ? MANY / 10 : MANY) }
  const post = (path: string, json: unknown) => request('POST', path, headers, json)
  const ours = { server: service, requests: paths.map((path) => post(path, one)), order: 'own' } as const
  const base = { server: limit, requests: limitPaths.map((path) => post(path, one)), order: 'own' } as const
  const samples = await interleave(bench.generator, bench.plan, {
    limit: { ...base, connections: WRITERS },
    writers: { ...ours, connections: WRITERS },
    oneLimit: { ...base, order: 'random', connections: 1 },
    one: { ...ours, order: 'random', connections: 1 },
    many: { server: service, requests: largePaths.map((path) => post(path, many)), connections: 1 },
  })
  await Promise.all([service.stop(), limit.stop()])

  const name = `bare + the same ${limits[0]?.queries.length} statements, as durable`
  const messagesPerSecond = figureOf(samples.many.map(({ perSecond }) => perSecond * many.messages.length))
  return [
    nearnessRow(
      `writing messages one by one, ${WRITERS} writers`,
      samples.writers,
      { name, samples: samples.limit },
      { atLeast: WRITING[bench.dialect], isSpeedAlone: true },
    ),
    p99Row(`writing messages, ${WRITERS} writers`, samples.writers, samples.limit),
    nearnessRow('writing messages one by one, one writer', samples.one, { name, samples: samples.oneLimit }),
    {
      name: `writing ${many.messages.length.toLocaleString('en')} messages in one request`,
      figure: `${messagesPerSecond.median.toFixed(0)} messages/s`,
      note: `${messagesPerSecond.least.toFixed(0)}–${messagesPerSecond.most.toFixed(0)}; one after the other`,
    },
  ]
}

async function pathsOfChats(owner: Person, count: number): Promise<string[]> {
  const paths: string[] = []
  while (paths.length < count) {
    const { id } = await owner.createChat([])
    paths.push(owner.path(`/chats/${id}/messages`))
  }
  return paths
}

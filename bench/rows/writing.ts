import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { insertLimit } from '../limits.ts'
import { figureOf, interleave, ratioOf } from '../measure.ts'
import { request } from '../requests.ts'
import { absolute, nearnessRow, ratio, type Row } from '../table.ts'

/** Writing messages, and what it costs that they are on the disk when the answer says so. */
export async function measureWriting(bench: Bench): Promise<Row[]> {
  const service = await bench.service('writing')
  const limit = await bench.limit('writing')
  const owner = await signUp(service.url)
  const chatOf = async (): Promise<number> => (await owner.createChat([])).id
  // One chat holds 64 MiB, which a full run writes several times.
  const many: number[] = []
  while (many.length < 20) many.push(await chatOf())
  const [single, durable, fast] = [await chatOf(), await chatOf(), await chatOf()]
  const answer = { status: 200, headers: { 'content-length': '2' }, body: Buffer.from('{}') }
  await limit.add([
    insertLimit('/durable', durable, 'durable', answer),
    insertLimit('/fast', fast, 'fast', answer),
  ])

  const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const post = (chat: number, messages: number) =>
    request('POST', owner.path(`/chats/${chat}/messages`), { cookie }, { messages: conversation(messages) })
  const one = conversation(1)
  const samples = await interleave(bench.generator, bench.plan, {
    many: { server: service, requests: many.map((chat) => post(chat, 1000)), connections: 1 },
    single: { server: service, requests: [post(single, 1)], connections: 1 },
    durable: {
      server: limit,
      requests: [request('POST', '/durable', {}, { messages: one })],
      connections: 1,
    },
    fast: { server: limit, requests: [request('POST', '/fast', {}, { messages: one })], connections: 1 },
  })
  await Promise.all([service.stop(), limit.stop()])

  const messagesPerSecond = figureOf(samples.many.map(({ perSecond }) => perSecond * 1000))
  const durability = ratioOf(samples.durable, samples.fast, ({ p50 }) => p50)
  return [
    {
      name: 'writing 1,000 messages in one request',
      figure: `${messagesPerSecond.median.toFixed(0)} messages/s`,
      note: `${messagesPerSecond.least.toFixed(0)}–${messagesPerSecond.most.toFixed(0)}; one after the other`,
    },
    nearnessRow('writing messages one by one', samples.single, {
      name: 'bare + one durable INSERT',
      samples: samples.durable,
    }),
    {
      name: 'what durability costs a bare INSERT',
      figure: `${ratio(durability)} times as long`,
      note: `${absolute(samples.durable)} against ${absolute(samples.fast)}`,
    },
  ]
}

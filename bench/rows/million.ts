import type { NewMessage } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { type Filling, fillStore } from '../fill-store.ts'
import { answerOf } from '../limits.ts'
import { figureOf, interleave, ratioOf, type Sample, type Subject } from '../measure.ts'
import type { Service } from '../processes.ts'
import { request, sharePath } from '../requests.ts'
import { absolute, p99Of, ratio, type Row } from '../table.ts'

/** As src/reading/kept-bodies.ts has it. */
const KEPT_IN_MEMORY = 64 * 1024 * 1024
const MOST_RATIO = 1.15

/**
 * The same hot shares in a store that holds little else, and in one of a million shares and ten million messages.
 * Each read asks the database for the share; the answers of long chats don't all fit into the memory for finished
 * answers, so that some come from the database too. Then reads of any share of the million, which were hardly ever
 * read before: their answers are made from the messages, and kept.
 */
export async function measureMillion(bench: Bench): Promise<Row[]> {
  const [hot, all] = bench.isQuick ? [100, 10_000] : [1000, 1_000_000]
  const filled = async (name: string, shares: number) => {
    const kinds: Filling['kinds'] = {
      long: { shares: hot, messages: conversation(50) },
      short: { shares: hot, messages: conversation(10) },
      rare: { shares: shares - 2 * hot, messages: smallTalk(10) },
    }
    const started = performance.now()
    const uuids = await fillStore(await bench.databaseUrl(name), { shares, kinds })
    return { service: await bench.service(name), uuids, seconds: (performance.now() - started) / 1000 }
  }
  const few = await filled('few', 2 * hot)
  const many = await filled('many', all)

  const samples = await interleave(bench.generator, bench.plan, {
    fewLong: reads(few, 'long'),
    manyLong: reads(many, 'long'),
    fewShort: reads(few, 'short'),
    manyShort: reads(many, 'short'),
    any: reads(many, 'rare'),
  })
  const sizeOf = async (kind: string): Promise<number> => {
    const [uuid = ''] = many.uuids.get(kind) ?? []
    return (await answerOf(many.service.url + sharePath(uuid))).body.length
  }
  const sizes = { long: await sizeOf('long'), short: await sizeOf('short'), any: await sizeOf('rare') }
  await Promise.all([few.service.stop(), many.service.stop()])

  const stores = `a store of ${all.toLocaleString('en')} shares against one of ${(2 * hot).toLocaleString('en')}`
  const hotRow = (messages: number, bytes: number, inMany: Sample[], inFew: Sample[]): Row => {
    const figure = ratioOf(inMany, inFew, ({ p50 }) => p50)
    const inMemory = Math.min(1, KEPT_IN_MEMORY / (hot * bytes))
    return {
      name: `${hot.toLocaleString('en')} hot shares of ${messages} messages, ${kilobytes(bytes)}: ${stores}`,
      figure: `${ratio(figure)} of the latency`,
      target: `≤ ${MOST_RATIO}`,
      isMet: figure.median <= MOST_RATIO,
      note: `${latencies(inMany)} against ${latencies(inFew)}; ${Math.round(inMemory * 100)} % of the answers fit into memory`,
    }
  }
  return [
    hotRow(50, sizes.long, samples.manyLong, samples.fewLong),
    hotRow(10, sizes.short, samples.manyShort, samples.fewShort),
    {
      name: `any of ${all.toLocaleString('en')} shares of 10 messages, ${kilobytes(sizes.any)}`,
      figure: latencies(samples.any),
      note: `made from their messages and kept; the store was filled in ${many.seconds.toFixed(0)} s`,
    },
  ]
}

interface Filled {
  readonly service: Service
  readonly uuids: ReadonlyMap<string, readonly string[]>
}

function reads({ service, uuids }: Filled, kind: string): Subject {
  return {
    server: service,
    requests: (uuids.get(kind) ?? []).map((uuid) => request('GET', sharePath(uuid))),
  }
}

function smallTalk(messages: number): NewMessage[] {
  return Array.from({ length: messages }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${index + 1}. Most chats are read once or never, and what is said in them is short.`,
  }))
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function latencies(samples: readonly Sample[]): string {
  const median = figureOf(samples.map(({ p50 }) => p50)).median
  return `p50 ${median.toFixed(1)} ms, p99 ${p99Of(samples)} ms, ${absolute(samples)}`
}

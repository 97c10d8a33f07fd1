import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import type { LimitAnswer } from '../limit/limit-server.ts'
import { limitOf } from '../limit/limits.ts'
import { interleave } from '../measure.ts'
import { request, sharePath } from '../requests.ts'
import { nearnessRow, type Row } from '../table.ts'

const MOST_VIEWS = 2_000_000_000

/** Shares with a limit on views: each read claims one, durably, before it is answered. */
export async function measureLimited(bench: Bench): Promise<Row[]> {
  const recorder = await bench.recorder('limited')
  const owner = await signUp(recorder.url)
  const count = bench.isQuick ? 20 : 1000
  const paths: string[] = []
  while (paths.length < count) {
    const chat = await owner.createChat(conversation(50))
    const { uuid } = await owner.share(chat, { max_views: MOST_VIEWS })
    paths.push(sharePath(uuid))
  }
  const limits: LimitAnswer[] = []
  for (const path of paths) limits.push(await limitOf(recorder, path))
  await recorder.stop()

  const [service, limit] = [await bench.service('limited'), await bench.limit('limited')]
  await limit.add(limits)
  const all = limits.map(({ url }) => request('GET', url))
  const hot = all.slice(0, 1)
  const samples = await interleave(bench.generator, bench.plan, {
    limit: { server: limit, requests: all },
    limited: { server: service, requests: all },
    hotLimit: { server: limit, requests: hot },
    hot: { server: service, requests: hot },
  })
  await Promise.all([service.stop(), limit.stop()])

  const name = 'bare + the same UPDATE'
  return [
    nearnessRow(`${count} limited shares (max_views)`, samples.limited, { name, samples: samples.limit }),
    nearnessRow('one hot limited share', samples.hot, { name, samples: samples.hotLimit }),
  ]
}

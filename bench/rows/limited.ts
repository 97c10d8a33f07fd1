import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { claimLimit, answerOf } from '../limits.ts'
import { interleave } from '../measure.ts'
import { request, sharePath } from '../requests.ts'
import { nearnessRow, type Row } from '../table.ts'

const MOST_VIEWS = 2_000_000_000

/** Shares with a limit on views: each read claims one, durably, before it is answered. */
export async function measureLimited(bench: Bench): Promise<Row[]> {
  const service = await bench.service('limited')
  const limit = await bench.limit('limited')
  const owner = await signUp(service.url)
  const uuids: string[] = []
  const count = bench.isQuick ? 50 : 1000
  while (uuids.length < count) {
    const chat = await owner.createChat(conversation(50))
    const { uuid } = await owner.share(chat, { max_views: MOST_VIEWS })
    await limit.add([claimLimit(uuid, await answerOf(service.url + sharePath(uuid)))])
    uuids.push(uuid)
  }

  const all = uuids.map((uuid) => request('GET', sharePath(uuid)))
  const hot = all.slice(0, 1)
  const samples = await interleave(bench.generator, bench.plan, {
    limit: { server: limit, requests: all },
    limited: { server: service, requests: all },
    hotLimit: { server: limit, requests: hot },
    hot: { server: service, requests: hot },
  })
  await Promise.all([service.stop(), limit.stop()])

  const limitName = 'bare + the same UPDATE'
  return [
    nearnessRow(
      `${count} limited shares (max_views)`,
      samples.limited,
      { name: limitName, samples: samples.limit },
      0.7,
    ),
    nearnessRow('one hot limited share', samples.hot, { name: limitName, samples: samples.hotLimit }),
  ]
}

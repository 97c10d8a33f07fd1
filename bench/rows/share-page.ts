import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { P99, SHARE_PAGE } from '../budgets.ts'
import { conversation } from '../conversation.ts'
import type { LimitAnswer } from '../limit/limit-server.ts'
import { limitOf } from '../limit/limits.ts'
import { interleave } from '../measure.ts'
import { AS_BROWSERS, pagePath, request } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'

/** The page of a shared chat, compressed as browsers ask for it, and not. */
export async function measureSharePage(bench: Bench): Promise<Row[]> {
  const recorder = await bench.recorder('page')
  const owner = await signUp(recorder.url)
  const { uuid } = await owner.share(await owner.createChat(conversation(50)))
  // On the limit an address has one answer; the page passes over what it doesn't know.
  const [plainUrl, zippedUrl] = [pagePath(uuid), `${pagePath(uuid)}?zipped`]
  const zipped = await limitOf(recorder, zippedUrl, { headers: AS_BROWSERS })
  const plain = await limitOf(recorder, plainUrl)
  await recorder.stop()

  const [service, limit] = [await bench.service('page'), await bench.limit('page')]
  await limit.add([zipped, plain])
  // The page names its server's port, so that compressed it may be a byte longer than the recorded one.
  const askZipped = { requests: [request('GET', zippedUrl, AS_BROWSERS)] }
  const askPlain = { requests: [request('GET', plainUrl)], bytes: plain.body.length }
  const samples = await interleave(bench.generator, bench.plan, {
    zippedLimit: { ...askZipped, server: limit },
    zipped: { ...askZipped, server: service },
    plainLimit: { ...askPlain, server: limit },
    plain: { ...askPlain, server: service },
  })
  await Promise.all([service.stop(), limit.stop()])

  const atLeast = SHARE_PAGE[bench.dialect]
  const [zippedName, plainName] = [nameOf(zipped, 'gzip'), nameOf(plain, 'HTML')]
  const base = (of: typeof samples.plain) => ({ name: 'the limit', samples: of })
  return [
    nearnessRow(zippedName, samples.zipped, base(samples.zippedLimit), { atLeast }),
    nearnessRow(plainName, samples.plain, base(samples.plainLimit), { atLeast }),
    p99Row(zippedName, samples.zipped, samples.zippedLimit, P99[bench.dialect]),
    p99Row(plainName, samples.plain, samples.plainLimit, P99[bench.dialect]),
  ]
}

function nameOf({ body }: LimitAnswer, of: string): string {
  return `share page, 50 messages, ${(body.length / 1000).toFixed(1)} kB of ${of}`
}

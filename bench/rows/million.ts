import type { Bench } from '../bench.ts'
import { NEVER_READ } from '../budgets.ts'
import { fillStore } from '../fill-store.ts'
import { madeLimitOf } from '../limit/limits.ts'
import { type FreshRequests, interleave } from '../measure.ts'
import { AS_BROWSERS, pagePath, request, sharePath } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'
import type { NewMessage } from '../../test/kit/client.ts'

const MESSAGES = 10

/**
 * The first read of any share in a store of a million shares and ten million messages: its answer is made from the
 * messages, and the service keeps it. Each request of the service is for another share. The limit keeps nothing, so
 * that each of its reads is a first one.
 */
export async function measureMillion(bench: Bench): Promise<Row[]> {
  const shares = bench.isQuick ? 5000 : 1_000_000
  const started = performance.now()
  const uuids = await fillStore(await bench.databaseUrl('million'), { shares, messages: smallTalk() })
  const filledIn = (performance.now() - started) / 1000
  // Neighbours in the database would be read together.
  const [jsonSample = '', pageSample = '', ...others] = shuffled(uuids)
  const half = Math.floor(others.length / 2)

  const recorder = await bench.recorder('million')
  const json = await madeLimitOf(recorder, 'json', { prefix: sharePath(''), uuid: jsonSample })
  const page = await madeLimitOf(
    recorder,
    'page',
    { prefix: pagePath(''), uuid: pageSample },
    { headers: AS_BROWSERS },
  )
  await recorder.stop()

  const [service, limit] = [await bench.service('million'), await bench.limit('million')]
  await limit.add([json, page])
  const samples = await interleave(bench.generator, bench.plan, {
    jsonLimit: { server: limit, requests: fresh(others.slice(half), asJson) },
    json: { server: service, requests: fresh(others.slice(0, half), asJson) },
    pageLimit: { server: limit, requests: fresh(others.slice(0, half), asPage) },
    page: { server: service, requests: fresh(others.slice(half), asPage) },
  })
  await Promise.all([service.stop(), limit.stop()])

  const of = `any of ${shares.toLocaleString('en')} shares, never read before, ${MESSAGES} messages`
  const [jsonName, pageName] = [`JSON of ${of}`, `page of ${of}`]
  const name = 'a limit that makes it too'
  const atLeast = NEVER_READ[bench.dialect]
  return [
    nearnessRow(jsonName, samples.json, { name, samples: samples.jsonLimit }, { atLeast }),
    nearnessRow(pageName, samples.page, { name, samples: samples.pageLimit }, { atLeast }),
    p99Row('JSON, never read before', samples.json, samples.jsonLimit),
    p99Row('page, never read before', samples.page, samples.pageLimit),
    { name: `filling the store`, figure: `${filledIn.toFixed(0)} s` },
  ]
}

function asJson(uuid: string): Uint8Array {
  return request('GET', sharePath(uuid))
}

function asPage(uuid: string): Uint8Array {
  return request('GET', pagePath(uuid), AS_BROWSERS)
}

/** @throws once there are none left */
function fresh(uuids: readonly string[], toRequest: (uuid: string) => Uint8Array): FreshRequests {
  let used = 0
  return {
    next(most) {
      const next = uuids.slice(used, used + most).map(toRequest)
      if (next.length === 0) throw new Error('Every share was read.')
      return next
    },
    used: (count) => (used += count),
  }
}

function smallTalk(): NewMessage[] {
  return Array.from({ length: MESSAGES }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${index + 1}. Most chats are read once or never, and what is said in them is short.`,
  }))
}

function shuffled(all: readonly string[]): string[] {
  const result = [...all]
  for (let last = result.length - 1; last > 0; last--) {
    const index = Math.floor(Math.random() * (last + 1))
    const other = result[index] ?? ''
    result[index] = result[last] ?? ''
    result[last] = other
  }
  return result
}

import { signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { figureOf, interleave, ratioOf, type Sample, type Subject } from '../measure.ts'
import { request } from '../requests.ts'
import { p99Of, ratio, type Row } from '../table.ts'

const WRITERS = 32

/**
 * Many people who write at once, to one process and to several on one database. Any answer but a 200 would end the
 * measurement.
 */
export async function measureWorkers(bench: Bench): Promise<Row[]> {
  const samples = await interleave(
    bench.generator,
    { ...bench.plan, polls: false },
    {
      one: await writersOn(bench, 1),
      two: await writersOn(bench, 2),
      four: await writersOn(bench, 4),
    },
  )
  return [
    row('one process', samples.one),
    row('--workers 2', samples.two, samples.one),
    row('--workers 4', samples.four, samples.one),
  ]
}

async function writersOn(bench: Bench, workers: number): Promise<Subject> {
  const service = await bench.service(`writers-${workers}`, {}, workers)
  const owner = await signUp(service.url)
  const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const requests: Uint8Array[] = []
  while (requests.length < WRITERS) {
    const { id } = await owner.createChat([])
    const path = owner.path(`/chats/${id}/messages`)
    requests.push(request('POST', path, { cookie }, { messages: conversation(1) }))
  }
  return { server: service, requests, order: 'own', connections: WRITERS }
}

function row(processes: string, samples: readonly Sample[], base?: readonly Sample[]): Row {
  const [perSecond, p50] = [
    figureOf(samples.map((sample) => sample.perSecond)),
    figureOf(samples.map((sample) => sample.p50)),
  ]
  const note = `p50 ${p50.median.toFixed(1)} ms, p99 ${p99Of(samples)} ms; ${WRITERS} at once, each answered 200`
  return {
    name: `writing messages, ${processes}`,
    figure: `${perSecond.median.toFixed(0)} (${perSecond.least.toFixed(0)}–${perSecond.most.toFixed(0)}) messages/s`,
    note: base
      ? `${ratio(ratioOf(samples, base, (sample) => sample.perSecond))} of one process; ${note}`
      : note,
  }
}

import { signUp } from '../../test/kit/client.ts'
import { ask } from '../limit/ask.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { figureOf, interleave, type Sample } from '../measure.ts'
import { forgetMostMemory, memoryOf } from '../processes.ts'
import { request, sharePath } from '../requests.ts'
import { ratio, type Row } from '../table.ts'

const MiB = 1024 * 1024

/** A chat of thousands of messages against one of 50: what a byte costs, and what the process needs. */
export async function measureLargeChat(bench: Bench): Promise<Row[]> {
  const service = await bench.service('large')
  const owner = await signUp(service.url)
  const small = await owner.share(await owner.createChat(conversation(50)))
  const largeChat = await owner.createChat([])
  const messages = bench.isQuick ? 1000 : 10_000
  for (let sent = 0; sent < messages; sent += 1000) await owner.addMessages(largeChat, conversation(1000))
  const large = await owner.share(largeChat)
  const smallBytes = (await ask(service.url + sharePath(small.uuid))).body.length
  const largeBytes = (await ask(service.url + sharePath(large.uuid))).body.length

  forgetMostMemory(service.pid)
  const samples = await interleave(bench.generator, bench.plan, {
    small: { server: service, requests: [request('GET', sharePath(small.uuid))] },
    large: { server: service, requests: [request('GET', sharePath(large.uuid))] },
  })
  const memory = memoryOf(service.pid)
  await service.stop()

  const growth = figureOf(
    samples.large.map(
      ({ cpuMicros }, round) =>
        cpuMicros / largeBytes / ((samples.small[round]?.cpuMicros ?? Number.NaN) / smallBytes),
    ),
  )
  return [
    {
      name: `a chat of ${messages.toLocaleString('en')} messages, ${(largeBytes / 1e6).toFixed(1)} MB`,
      figure: `${ratio(growth)} CPU a byte of a chat of 50`,
      note: `${perMegabyte(samples.large, largeBytes)} µs against ${perMegabyte(samples.small, smallBytes)} µs a MB`,
    },
    {
      name: 'memory while 32 readers read it',
      figure: `${(memory.most / MiB).toFixed(0)} MiB at most`,
      note: `${(memory.now / MiB).toFixed(0)} MiB afterwards`,
    },
  ]
}

function perMegabyte(samples: readonly Sample[], bytes: number): string {
  return ((figureOf(samples.map(({ cpuMicros }) => cpuMicros)).median / bytes) * 1e6).toFixed(0)
}

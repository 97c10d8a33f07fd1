import { basic, createVisitor, type Person, signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { OPEN_SHARE, P99, PROVED, SHORT_ANSWERS } from '../budgets.ts'
import { conversation } from '../conversation.ts'
import type { LimitAnswer } from '../limit/limit-server.ts'
import { limitOf } from '../limit/limits.ts'
import type { Recorder } from '../limit/recorder.ts'
import { interleave, type Sample, type Subject } from '../measure.ts'
import { request, sharePath } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'

const PASSWORD = 'orbits backwards'

/** A way to read, measured against the limit that answers the same. */
interface Way {
  readonly name: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly atLeast: number
}

/** Reading a share in every way there is to be let in, and the share's status. */
export async function measureReads(bench: Bench): Promise<Row[]> {
  const recorder = await bench.recorder('reads')
  const owner = await signUp(recorder.url)
  const ways = await prepareWays(bench, recorder, owner)
  const hundred = await shareMany(owner, bench.isQuick ? 10 : 100)

  const limits: LimitAnswer[] = []
  for (const { url, headers = {} } of ways) limits.push(await limitOf(recorder, url, { headers }))
  const queries = limits.map((limit) => limit.queries.length)
  for (const url of hundred) limits.push(await limitOf(recorder, url))
  await recorder.stop()

  const [service, limit] = [await bench.service('reads'), await bench.limit('reads')]
  await limit.add(limits)
  const subjects: Record<string, Subject> = {}
  for (const [index, { name, url, headers, status = 200 }] of ways.entries()) {
    const bytes = limits[index]?.body.length ?? 0
    const asked = { requests: [request('GET', url, headers)], status, bytes }
    subjects[`${name}, limit`] = { ...asked, server: limit }
    subjects[name] = { ...asked, server: service }
  }
  const all = hundred.map((url) => request('GET', url))
  subjects['hundred, limit'] = { server: limit, requests: all }
  subjects['hundred'] = { server: service, requests: all }
  const samples = await interleave(bench.generator, bench.plan, subjects)
  await Promise.all([service.stop(), limit.stop()])

  const both = (name: string): [Sample[], Sample[]] => [samples[name] ?? [], samples[`${name}, limit`] ?? []]
  return [
    ...ways.map(({ name, atLeast }, index) => {
      const [ours, base] = both(name)
      const count = queries[index] === 1 ? '1 query' : `${queries[index]} queries`
      return nearnessRow(name, ours, { name: `the limit (${count})`, samples: base }, { atLeast })
    }),
    nearnessRow(`open shares, any of ${hundred.length}`, samples['hundred'] ?? [], {
      name: 'the limit',
      samples: samples['hundred, limit'] ?? [],
    }),
    ...ways.map(({ name }) => p99Row(name, ...both(name), P99[bench.dialect])),
  ]
}

async function prepareWays(bench: Bench, recorder: Recorder, owner: Person): Promise<Way[]> {
  const share = async (body: object): Promise<string> =>
    sharePath((await owner.share(await owner.createChat(conversation(50)), body)).uuid)
  const reader = await signUp(recorder.url)
  const [open, locked, listed] = [
    await share({}),
    await share({ password: PASSWORD }),
    await share({ emails: [reader.email] }),
  ]
  const stranger = createVisitor(recorder.url)
  await stranger.unlock(locked.slice(sharePath('').length), PASSWORD)
  const chat = await owner.createChat(conversation(50))
  await owner.share(chat)

  const { headers, body } = (await recorder.record(open)).answer
  const proved = PROVED[bench.dialect]
  const short = SHORT_ANSWERS[bench.dialect]
  // On the limit an address has one answer; the service passes over what it doesn't know.
  return [
    {
      name: `open share, 50 messages, ${(body.length / 1000).toFixed(1)} kB`,
      url: open,
      atLeast: OPEN_SHARE[bench.dialect],
    },
    {
      name: 'password by unlock cookie',
      url: `${locked}?cookie`,
      headers: { cookie: cookiesOf(stranger.cookies) },
      atLeast: proved,
    },
    {
      name: 'password by repeated Basic',
      url: `${locked}?basic`,
      headers: { authorization: basic(`:${PASSWORD}`) },
      atLeast: proved,
    },
    {
      name: 'whitelist by session',
      url: listed,
      headers: { cookie: cookiesOf(reader.cookies) },
      atLeast: proved,
    },
    {
      name: '304 by ETag',
      url: `${open}?unmodified`,
      headers: { 'if-none-match': headers['etag'] ?? '' },
      status: 304,
      atLeast: short,
    },
    {
      name: 'share status with a session',
      url: owner.path(`/chats/${chat.id}/shares`),
      headers: { cookie: cookiesOf(owner.cookies) },
      atLeast: short,
    },
  ]
}

async function shareMany(owner: Person, count: number): Promise<string[]> {
  const urls: string[] = []
  while (urls.length < count) {
    const { uuid } = await owner.share(await owner.createChat(conversation(50)))
    urls.push(sharePath(uuid))
  }
  return urls
}

function cookiesOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

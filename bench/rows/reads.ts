import { basic, createVisitor, type Person, signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { answerOf, openShareLimit, statusLimit } from '../limits.ts'
import { interleave } from '../measure.ts'
import { request, sharePath } from '../requests.ts'
import { nearnessRow, p99Row, type Row } from '../table.ts'

const PASSWORD = 'orbits backwards'
const SESSION_COOKIE = 'neptun-session'

/** Reading a share in every way there is to be let in, and the share's status. */
export async function measureReads(bench: Bench): Promise<Row[]> {
  const service = await bench.service('reads')
  const limit = await bench.limit('reads')
  const owner = await signUp(service.url)
  const reader = await signUp(service.url)

  const share = async (body: object): Promise<string> =>
    (await owner.share(await owner.createChat(conversation(50)), body)).uuid
  const open = await share({})
  const locked = await share({ password: PASSWORD })
  const listed = await share({ emails: [reader.email] })
  const others: string[] = []
  while (others.length < (bench.isQuick ? 10 : 100)) others.push(await share({}))
  const chat = await owner.createChat(conversation(50))
  await owner.share(chat)
  const statusPath = owner.path(`/chats/${chat.id}/shares`)

  const stranger = createVisitor(service.url)
  await stranger.unlock(locked, PASSWORD)
  const unlocked = cookiesOf(stranger.cookies)
  const openAnswer = await answerOf(service.url + sharePath(open))
  const etag = String(openAnswer.headers['etag'])
  await limit.add([
    openShareLimit(open, openAnswer),
    ...(await Promise.all(
      others.map(async (uuid) => openShareLimit(uuid, await answerOf(service.url + sharePath(uuid)))),
    )),
    statusLimit(
      statusPath,
      { userId: owner.id, chatId: chat.id, token: tokenOf(owner) },
      await answerOf(service.url + statusPath, { cookie: cookiesOf(owner.cookies) }),
    ),
  ])

  const read = (uuid: string, headers: Readonly<Record<string, string>> = {}) => ({
    server: service,
    requests: [request('GET', sharePath(uuid), headers)],
  })
  const samples = await interleave(bench.generator, bench.plan, {
    limit: { ...read(open), server: limit },
    open: read(open),
    othersLimit: { server: limit, requests: others.map((uuid) => request('GET', sharePath(uuid))) },
    others: { server: service, requests: others.map((uuid) => request('GET', sharePath(uuid))) },
    cookie: read(locked, { cookie: unlocked }),
    basic: read(locked, { authorization: basic(`:${PASSWORD}`) }),
    session: read(listed, { cookie: cookiesOf(reader.cookies) }),
    unmodified: { ...read(open, { 'if-none-match': etag }), status: 304 },
    statusLimit: { server: limit, requests: [request('GET', statusPath)] },
    status: {
      server: service,
      requests: [request('GET', statusPath, { cookie: cookiesOf(owner.cookies) })],
    },
  })
  await Promise.all([service.stop(), limit.stop()])

  const theLimit = { name: 'the limit', samples: samples.limit }
  const ourOwn = { name: 'our open share', samples: samples.open }
  const kilobytes = (openAnswer.body.length / 1000).toFixed(1)
  return [
    nearnessRow(`open share, 50 messages, ${kilobytes} kB`, samples.open, theLimit, 0.75),
    nearnessRow(
      `open shares, any of ${others.length}`,
      samples.others,
      { name: 'the limit', samples: samples.othersLimit },
      0.75,
    ),
    nearnessRow('password by unlock cookie', samples.cookie, ourOwn, 0.8),
    nearnessRow('password by repeated Basic', samples.basic, ourOwn, 0.8),
    nearnessRow('whitelist by session', samples.session, ourOwn, 0.8),
    nearnessRow('304 by ETag', samples.unmodified, ourOwn, 1.3),
    nearnessRow(
      'share status with a session',
      samples.status,
      { name: 'its limit (two queries)', samples: samples.statusLimit },
      0.75,
    ),
    p99Row('open share', samples.open, samples.limit),
    p99Row('unlock cookie', samples.cookie, samples.limit),
    p99Row('repeated Basic', samples.basic, samples.limit),
    p99Row('whitelist by session', samples.session, samples.limit),
    p99Row('304 by ETag', samples.unmodified, samples.limit),
    p99Row('share status', samples.status, samples.statusLimit),
  ]
}

function cookiesOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

function tokenOf({ cookies }: Person): string {
  return cookies.get(SESSION_COOKIE) ?? ''
}

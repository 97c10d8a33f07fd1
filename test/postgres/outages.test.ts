import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createVisitor, signUp, type Answer, type Person, type Visitor } from '../kit/client.ts'
import { startPostgres } from '../kit/postgres.ts'
import type { Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

const password = 'open sesame'
const postgres = await startPostgres()
const database = {
  // Statements are given up soon, so that a server that falls silent is noticed within the test.
  url: `${postgres.url}?statement_timeout=1000&connect_timeout=1&pool_size=5`,
  rawContent: async () => '',
  remove: postgres.remove,
}
const server = await startServer({ database })
after(() => server.close())
const owner = await signUp(server.url)

/** Asks all the time until told to stop; notes when each question began and ended, and what came of it. */
function keepAsking(ask: () => Promise<Answer>): {
  answers: { began: number; ended: number; answer: Answer }[]
  stop: () => Promise<void>
} {
  const answers: { began: number; ended: number; answer: Answer }[] = []
  const load = { isOn: true }
  const asking = (async () => {
    while (load.isOn) {
      const began = performance.now()
      const answer = await ask()
      answers.push({ began, ended: performance.now(), answer })
      await sleep(5)
    }
  })()
  return {
    answers,
    stop: async () => {
      load.isOn = false
      await asking
    },
  }
}

function untilOk(ask: () => Promise<Answer>, status = 200): Promise<void> {
  return until(`an answer ${status}`, async () => (await ask()).status === status)
}

async function sharesOfEachKind(
  person: Person,
): Promise<{ open: Share; locked: Share; limited: Share; reader: Visitor }> {
  const open = await person.share(await person.createChat())
  const locked = await person.share(await person.createChat(), { password })
  const limited = await person.share(await person.createChat(), { max_views: 1_000_000 })
  const reader = createVisitor(person.url)
  assert.equal((await reader.unlock(locked.uuid, password)).status, 204)
  return { open, locked, limited, reader }
}

for (const { what, lose, regain } of [
  { what: 'is stopped', lose: postgres.stop, regain: postgres.start },
  { what: 'crashes', lose: postgres.kill, regain: postgres.start },
  {
    what: 'falls silent',
    lose: () => postgres.freeze(true),
    regain: () => postgres.freeze(false),
  },
]) {
  test(`while PostgreSQL ${what}, every answer is right or a 503, and all recovers by itself`, async () => {
    const { open, locked, limited, reader } = await sharesOfEachKind(owner)
    const expected = (await createVisitor(server.url).readShare(open.uuid)).text
    const opens = [1, 2, 3].map(() => keepAsking(() => createVisitor(server.url).readShare(open.uuid)))
    const others = [
      keepAsking(() => reader.readShare(locked.uuid)),
      keepAsking(() => createVisitor(server.url).readShare(limited.uuid)),
      keepAsking(() => owner.get(owner.path('/chats'))),
    ]
    const asking = [...opens, ...others]
    const untilEachAsked = (since: number) =>
      until('an answer to each', () =>
        asking.every(({ answers }) => answers.some(({ began }) => began > since)),
      )
    await untilEachAsked(0)
    await lose()
    const lostAt = performance.now()
    try {
      const health = await createVisitor(server.url).get('/health')
      assert.equal(health.status, 503)
      assert.match(health.text, /"statusCode":503.*"data":\{"message":/)
      assert.match(health.text, /"unavailable"/)
      assert.ok(Number(health.headers.get('retry-after')) >= 1)
      await untilEachAsked(lostAt)
    } finally {
      const regainedAt = performance.now()
      await regain()
      await untilOk(() => createVisitor(server.url).get('/health'))
      await Promise.all(asking.map(({ stop }) => stop()))
      for (const { answers } of asking) {
        for (const { began, ended, answer } of answers) {
          if (answer.status === 503) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/)
          else assert.equal(answer.status, 200, answer.text.slice(0, 300))
          // One that a frozen server has under way is answered once it goes on.
          const isMeanwhile = began > lostAt && ended < regainedAt && what !== 'falls silent'
          if (isMeanwhile) assert.equal(answer.status, 503, 'answered without asking the store')
        }
      }
    }
    const seen = opens.flatMap(({ answers }) => answers).filter(({ answer }) => answer.status === 200)
    for (const { answer } of seen) assert.equal(answer.text, expected)

    // What was counted during the outage is written after it.
    assert.ok((await owner.findShare(open)).view_count >= seen.length)
  })
}

test('while PostgreSQL takes no writes, reads go on and writes are a 503', async () => {
  const { open, locked, limited, reader } = await sharesOfEachKind(owner)
  const chat = await owner.createChat()
  await postgres.sql(`alter system set default_transaction_read_only = on`)
  await postgres.sql(`select pg_reload_conf()`)
  try {
    await untilOk(() => owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json: { name: 'New' } }), 503)
    assert.equal((await createVisitor(server.url).readShare(open.uuid)).status, 200)
    assert.equal((await reader.readShare(locked.uuid)).status, 200)
    assert.equal((await owner.get(owner.path('/shares'))).status, 200)
    assert.equal((await createVisitor(server.url).get('/health')).status, 200)
    const refused = [
      await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
        json: { message: 'Hi', actor: 'user' },
      }),
      await owner.send('POST', owner.path('/chats'), { json: { model: 'm', name: 'n' } }),
      await createVisitor(server.url).send('POST', '/api/auth/login', {
        json: { email: owner.email, password: owner.password },
      }),
      // A view that can't be claimed isn't given.
      await createVisitor(server.url).readShare(limited.uuid),
    ]
    for (const answer of refused) {
      assert.equal(answer.status, 503, `${answer.request} ${answer.text.slice(0, 300)}`)
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/)
    }
  } finally {
    await postgres.sql(`alter system reset default_transaction_read_only`)
    await postgres.sql(`select pg_reload_conf()`)
  }
  await untilOk(() => owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json: { name: 'New' } }))
})

test('a server that cannot reach PostgreSQL when it starts says so and ends', async () => {
  const lost = { ...database, url: 'postgres://neptun@127.0.0.1:1/neptun' }
  await assert.rejects(startServer({ database: lost }), /database could not be opened/)
})

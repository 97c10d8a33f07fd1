import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Answer, createVisitor, expectOk, signUp, type Visitor } from '../kit/client.ts'
import { expectAuthRefusal, expectRow, expectTooManyTries, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** One proxy in front, as this server is told, so that a test can come from many addresses. */
const server = await startServer({ env: { TRUST_PROXY: '1', UNVERIFIED_EMAILS: 'trust' } })
after(() => server.close())

const from = (address: string): Visitor => createVisitor(server.url, { 'x-forwarded-for': address })
let lastAddress = 0
/** An address nobody has come from yet. */
const newAddress = () => {
  lastAddress += 1
  return `203.${lastAddress >> 16}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`
}

const owner = await signUp(server.url, { headers: { 'x-forwarded-for': newAddress() } })
const locked = info({ isPrivate: true, password: true })
const share = async (body: object = { password: 'sesame' }) => owner.share(await owner.createChat(), body)

async function useUpTries(visitor: Visitor, of: Share, count = 10): Promise<void> {
  for (let i = 0; i < count; i++) {
    expectRow(await visitor.readShare(of.uuid, `wrong ${i}`), 'unauthorized', locked)
  }
}

describe('10 wrong passwords from one visitor', () => {
  test('are answered; then even the right one has to wait', async () => {
    const of = await share()
    const visitor = from(newAddress())
    await useUpTries(visitor, of)
    const refused = await visitor.readShare(of.uuid, 'sesame')
    expectRow(refused, 'tooManyTries', locked)
    const seconds = Number(refused.headers.get('retry-after'))
    assert.ok(seconds >= 1 && seconds <= 15 * 60, String(seconds))
    expectRow(await visitor.unlock(of.uuid, 'sesame'), 'tooManyTries', locked)
    expectRow(await visitor.readShare(of.uuid, 'wrong'), 'tooManyTries', locked)
  })

  test('are counted by Basic and unlock together', async () => {
    const of = await share()
    const visitor = from(newAddress())
    await useUpTries(visitor, of, 5)
    for (let i = 0; i < 5; i++) expectRow(await visitor.unlock(of.uuid, `wrong ${i}`), 'unauthorized', locked)
    expectRow(await visitor.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
  })

  test('are counted when they arrive all at once', async () => {
    const of = await share()
    const visitor = from(newAddress())
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) => visitor.readShare(of.uuid, `wrong ${i}`)),
    )
    const count = (status: number) => answers.filter((answer) => answer.status === status).length
    assert.deepEqual([count(401), count(429)], [10, 15])
  })

  test('are counted on HEAD as well', async () => {
    const of = await share()
    const visitor = from(newAddress())
    const headers = { authorization: `Basic ${btoa(':wrong')}` }
    for (let i = 0; i < 10; i++) {
      assert.equal((await visitor.send('HEAD', `/api/shared/chats/${of.uuid}`, { headers })).status, 401)
    }
    expectRow(await visitor.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
  })

  test('leave a visitor without a password with the plain question', async () => {
    const of = await share()
    const visitor = from(newAddress())
    await useUpTries(visitor, of)
    expectRow(await visitor.readShare(of.uuid), 'unauthorized', locked)
    expectRow(await visitor.readShare(of.uuid, ''), 'unauthorized', locked)
  })

  test('leave every other visitor alone', async () => {
    const of = await share()
    await useUpTries(from(newAddress()), of)
    for (let i = 0; i < 5; i++)
      expectOk(await from(newAddress()).readShare(of.uuid, 'sesame'), shapes.sharedChat)
  })

  test('leave every other share alone', async () => {
    const [of, other] = [await share(), await share()]
    const visitor = from(newAddress())
    await useUpTries(visitor, of)
    expectOk(await visitor.readShare(other.uuid, 'sesame'), shapes.sharedChat)
    expectOk(await visitor.readShare((await share({})).uuid), shapes.sharedChat)
  })

  test('leave the owner alone', async () => {
    const of = await share()
    const address = newAddress()
    await useUpTries(from(address), of)
    const answer = await owner.readShare(of.uuid, 'wrong', { 'x-forwarded-for': address })
    expectOk(answer, shapes.sharedChat)
  })

  test('leave those alone who have unlocked before, by cookie and by session', async () => {
    const of = await share()
    const address = newAddress()
    const byCookie = from(address)
    assert.equal((await byCookie.unlock(of.uuid, 'sesame')).status, 204)
    const bySession = await signUp(server.url, { headers: { 'x-forwarded-for': address } })
    assert.equal((await bySession.unlock(of.uuid, 'sesame')).status, 204)
    bySession.cookies.delete(`neptun-unlock-${of.uuid}`)
    await useUpTries(from(address), of)
    for (const visitor of [byCookie, bySession]) {
      expectOk(await visitor.readShare(of.uuid), shapes.sharedChat)
      expectOk(await visitor.readShare(of.uuid, 'sesame'), shapes.sharedChat)
    }
    expectRow(await from(address).readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
  })

  test('stop even a Basic password that was right a moment ago: it is no way to tell', async () => {
    const of = await share()
    const visitor = from(newAddress())
    for (let i = 0; i < 3; i++) expectOk(await visitor.readShare(of.uuid, 'sesame'), shapes.sharedChat)
    await useUpTries(visitor, of)
    expectRow(await visitor.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
  })

  test('are not used up by right ones', async () => {
    const of = await share()
    const visitor = from(newAddress())
    for (let i = 0; i < 11; i++) expectOk(await visitor.readShare(of.uuid, 'sesame'), shapes.sharedChat)
    await useUpTries(visitor, of, 9)
    expectOk(await visitor.readShare(of.uuid, 'sesame'), shapes.sharedChat)
  })

  test('are not used up by right ones that arrive all at once', async () => {
    const of = await share()
    const visitor = from(newAddress())
    const answers = await Promise.all(Array.from({ length: 11 }, () => visitor.readShare(of.uuid, 'sesame')))
    for (const answer of answers) expectOk(answer, shapes.sharedChat)
  })

  test('outlive a restart of the server', async () => {
    const first = await startServer()
    const person = await signUp(first.url)
    const of = await person.share(await person.createChat(), { password: 'sesame' })
    await useUpTries(createVisitor(first.url), of)
    await first.stop()
    const second = await startServer({ database: first.database })
    try {
      expectRow(await createVisitor(second.url).readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
    } finally {
      await second.close()
    }
  })
})

describe('a visitor', () => {
  test('is an IPv6 network of 64 bits', async () => {
    const of = await share()
    for (let i = 0; i < 10; i++) {
      const visitor = from(`2001:db8:1:2:${(i * 4369).toString(16)}::${i + 1}`)
      expectRow(await visitor.readShare(of.uuid, `wrong ${i}`), 'unauthorized', locked)
    }
    const neighbour = from('2001:0DB8:0001:0002:ffff:ffff:ffff:ffff')
    expectRow(await neighbour.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
    expectOk(await from('2001:db8:1:3::1').readShare(of.uuid, 'sesame'), shapes.sharedChat)
  })

  test('is the same in an IPv4 address and its form in IPv6, and no neighbour of it', async () => {
    const of = await share()
    await useUpTries(from('198.51.100.7'), of)
    expectRow(await from('::ffff:198.51.100.7').readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
    expectOk(await from('::ffff:198.51.100.8').readShare(of.uuid, 'sesame'), shapes.sharedChat)
  })

  test('is who the nearest proxy says, not what they claim to be themselves', async () => {
    const of = await share()
    const address = newAddress()
    for (let i = 0; i < 10; i++) {
      const visitor = createVisitor(server.url, { 'x-forwarded-for': `${newAddress()}, ${address}` })
      expectRow(await visitor.readShare(of.uuid, `wrong ${i}`), 'unauthorized', locked)
    }
    const visitor = createVisitor(server.url, { 'x-forwarded-for': `${newAddress()}, ${address}` })
    expectRow(await visitor.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
  })

  test('without a proxy is who connects, whatever forwarding headers say', async () => {
    const bare = await startServer()
    try {
      const person = await signUp(bare.url)
      const of = await person.share(await person.createChat(), { password: 'sesame' })
      for (let i = 0; i < 10; i++) {
        const visitor = createVisitor(bare.url, {
          'x-forwarded-for': newAddress(),
          'x-real-ip': newAddress(),
        })
        expectRow(await visitor.readShare(of.uuid, `wrong ${i}`), 'unauthorized', locked)
      }
      const visitor = createVisitor(bare.url, { 'x-forwarded-for': newAddress() })
      expectRow(await visitor.readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
    } finally {
      await bare.close()
    }
  })

  test('behind a proxy named by its network is who that proxy says', async () => {
    const proxied = await startServer({ env: { TRUST_PROXY: '127.0.0.0/8, 10.0.0.0/8' } })
    try {
      const person = await signUp(proxied.url)
      const of = await person.share(await person.createChat(), { password: 'sesame' })
      const spoken = (chain: string) => createVisitor(proxied.url, { 'x-forwarded-for': chain })
      for (let i = 0; i < 10; i++) {
        const visitor = spoken(`${newAddress()}, 198.51.100.9, 10.1.2.3`)
        expectRow(await visitor.readShare(of.uuid, `wrong ${i}`), 'unauthorized', locked)
      }
      expectRow(await spoken('198.51.100.9').readShare(of.uuid, 'sesame'), 'tooManyTries', locked)
      expectOk(await spoken('198.51.100.10').readShare(of.uuid, 'sesame'), shapes.sharedChat)
    } finally {
      await proxied.close()
    }
  })

  for (const chain of [
    'banana',
    '',
    ',',
    '999.1.1.1',
    '127.0.0.1:80',
    '[2001:db8::1]:443',
    'x'.repeat(5000),
    "1' or 1=1",
  ]) {
    test(`with the forwarding header ${JSON.stringify(chain.slice(0, 20))} is answered all the same`, async () => {
      const of = await share()
      expectRow(await from(chain).readShare(of.uuid, 'wrong'), 'unauthorized', locked)
      expectOk(await from(chain).readShare(of.uuid, 'sesame'), shapes.sharedChat)
    })
  }
})

/** More wrong passwords than a share has in a minute, each from somewhere else. */
const attack = async (of: Share) => {
  const answers = await Promise.all(
    Array.from({ length: 45 }, (_, i) => from(newAddress()).readShare(of.uuid, `wrong ${i}`)),
  )
  for (const answer of answers)
    expectRow(answer, answer.status === 429 ? 'tooManyTries' : 'unauthorized', locked)
  assert.ok(answers.filter(({ status }) => status === 401).length >= 30)
}

/**
 * Asks all at once.
 *
 * @returns the answers, and how many tries a lane that takes one every `intervalMs` can have let through meanwhile
 */
async function flood(intervalMs: number, count: number, ask: (index: number) => Promise<Answer>) {
  const began = performance.now()
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)))
  // One at once, and one that waited for its time from before.
  return { answers, slots: Math.ceil((performance.now() - began) / intervalMs) + 2 }
}

const answersOf = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status)

/** Asks, and asks again when told to wait, until let in. */
async function letIn(ask: () => Promise<Answer>): Promise<void> {
  await until('being let in', async () => {
    const answer = await ask()
    if (answer.status !== 429) assert.ok(answer.status < 300, `${answer.status} ${answer.text}`)
    return answer.status !== 429
  })
}

describe('a share under attack from many addresses', () => {
  test('lets a newcomer with the right password in: slowed, not locked', async () => {
    const of = await share()
    await attack(of)
    await letIn(() => from(newAddress()).readShare(of.uuid, 'sesame'))
    await letIn(() => from(newAddress()).unlock(of.uuid, 'sesame'))
  })

  test('answers a flood at 5 tries a second, refuses the others, and recovers', async () => {
    const of = await share()
    await attack(of)
    const { answers, slots } = await flood(200, 200, (i) =>
      from(newAddress()).readShare(of.uuid, `flood ${i}`),
    )
    const [through, refused] = [answersOf(answers, 401), answersOf(answers, 429)]
    assert.equal(through.length + refused.length, 200)
    assert.ok(through.length >= 1 && through.length <= slots, `${through.length} in ${slots} slots`)
    assert.ok(refused.length > 0)
    for (const answer of refused) expectRow(answer, 'tooManyTries', locked)
    await letIn(() => from(newAddress()).readShare(of.uuid, 'sesame'))
  })

  test('lets those read on who have proved it', async () => {
    const of = await share()
    const reader = from(newAddress())
    assert.equal((await reader.unlock(of.uuid, 'sesame')).status, 204)
    await attack(of)
    const others = Array.from({ length: 40 }, (_, i) => from(newAddress()).readShare(of.uuid, `flood ${i}`))
    for (let i = 0; i < 10; i++) expectOk(await reader.readShare(of.uuid), shapes.sharedChat)
    expectOk(await owner.readShare(of.uuid), shapes.sharedChat)
    await Promise.all(others)
  })

  test('is fair: one who floods doesn’t push out one who asks once', async () => {
    const of = await share()
    await attack(of)
    const flooder = from(newAddress())
    const flooding = Array.from({ length: 60 }, (_, i) => flooder.readShare(of.uuid, `flood ${i}`))
    await letIn(() => from(newAddress()).readShare(of.uuid, 'sesame'))
    const statuses = (await Promise.all(flooding)).map(({ status }) => status)
    assert.ok(statuses.filter((status) => status === 401).length <= 10)
  })

  test('leaves other shares as they are', async () => {
    const [of, other] = [await share(), await share()]
    await attack(of)
    for (let i = 0; i < 10; i++)
      expectOk(await from(newAddress()).readShare(other.uuid, 'sesame'), shapes.sharedChat)
  })
})

const logInFrom = (address: string, email: string, password: string) =>
  from(address).send('POST', '/api/auth/login', { json: { email, password } })

/**
 * Tries an email with wrong passwords, each from somewhere else: 10 pass, and of a flood then one a second.
 *
 * @returns all that was answered, each answer once
 */
async function expectSlowed(email: string): Promise<string[]> {
  for (let i = 0; i < 10; i++) {
    const answer = await logInFrom(newAddress(), email, `wrong ${i} password`)
    expectAuthRefusal(answer, 401, 'Invalid credentials')
  }
  const { answers, slots } = await flood(1000, 40, (i) =>
    logInFrom(newAddress(), email, `flood ${i} password`),
  )
  const [through, refused] = [answersOf(answers, 401), answersOf(answers, 429)]
  assert.equal(through.length + refused.length, 40)
  assert.ok(through.length >= 1 && through.length <= slots, `${through.length} in ${slots} slots`)
  assert.ok(refused.length > 0)
  for (const answer of refused) expectTooManyTries(answer)
  return [...new Set(answers.map(({ status, text }) => `${status} ${text}`))].toSorted()
}

const somebody = () => `${crypto.randomUUID()}@example.org`

describe('wrong passwords at login', () => {
  test('are limited to 20 per address, for all emails together', async () => {
    const address = newAddress()
    const person = await signUp(server.url, { headers: { 'x-forwarded-for': address } })
    for (let i = 0; i < 20; i++) {
      expectAuthRefusal(await logInFrom(address, somebody(), 'wrong password'), 401, 'Invalid credentials')
    }
    const refused = await logInFrom(address, person.email, person.password)
    expectTooManyTries(refused)
    assert.deepEqual(refused.headers.getSetCookie(), [])
    expectOk(await logInFrom(newAddress(), person.email, person.password), shapes.signedIn)
  })

  test('are limited to 20 per address when they arrive all at once', async () => {
    const address = newAddress()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => logInFrom(address, somebody(), 'wrong password')),
    )
    assert.equal(answers.filter(({ status }) => status === 401).length, 20)
    assert.equal(answers.filter(({ status }) => status === 429).length, 10)
  })

  test('slow an email down to a try a second, and never lock it, from wherever they come', async () => {
    const person = await signUp(server.url, { headers: { 'x-forwarded-for': newAddress() } })
    await expectSlowed(person.email)
    await letIn(() => logInFrom(newAddress(), person.email, person.password))
  })

  test('tell nothing of an email without account: it is slowed just the same', async () => {
    const person = await signUp(server.url, { headers: { 'x-forwarded-for': newAddress() } })
    const [known, unknown] = [await expectSlowed(person.email), await expectSlowed(somebody())]
    assert.deepEqual(unknown, known)
  })

  test('are not used up by right ones', async () => {
    const address = newAddress()
    const person = await signUp(server.url, { headers: { 'x-forwarded-for': address } })
    for (let i = 0; i < 22; i++) {
      expectOk(await logInFrom(address, person.email, person.password), shapes.signedIn)
    }
  })
})

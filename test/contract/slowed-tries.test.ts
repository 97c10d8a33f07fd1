import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { DEVICE_TRIES, EMAIL_LANE, SHARE_LANE } from '../../src/sharing/limits.ts'
import { type Answer, createVisitor, type Person, signUp, type Visitor } from '../kit/client.ts'
import { runOperator } from '../kit/operator.ts'
import type { Share } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** Wrong passwords from very many addresses, as nobody stops them by their address alone. */

const server = await startServer({ env: { TRUST_PROXY: '1' } })
after(() => server.close())

let addresses = 0
/** A visitor from an address that nobody has come from before, with the cookies of another one. */
function fresh(of?: Pick<Visitor, 'cookies'>, but: (name: string) => boolean = () => false): Visitor {
  const number = ++addresses
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
  const visitor = createVisitor(server.url, { 'x-forwarded-for': address })
  for (const [name, value] of of?.cookies ?? []) if (!but(name)) visitor.cookies.set(name, value)
  return visitor
}
const isNoDevice = (name: string) => name !== 'neptun-device'

const logIn = (visitor: Visitor, email: string, password: string): Promise<Answer> =>
  visitor.send('POST', '/api/auth/login', { json: { email, password } })

/**
 * As if so many wrong tries were going on that no turn came in half a minute for who has to wait for one. A slot further
 * off than a minute was taken by a clock that is wrong, and counts no more.
 */
async function fillLane(subject: string): Promise<void> {
  const store = await openStoreAt(server.database.url)
  const now = Date.now()
  const nextSlot = now + EMAIL_LANE.longestWaitMs + 30_000
  const lane = { subject, level: SHARE_LANE.freePerMinute * 1000, level_at: now, next_slot_at: nextSlot }
  await store.counters.deleteFrom('try_lanes').where('subject', '=', subject).execute()
  await store.counters.insertInto('try_lanes').values(lane).execute()
  const counter = { subject, count: EMAIL_LANE.freeTries, expires_at: now + EMAIL_LANE.windowMs }
  await store.counters.deleteFrom('try_counters').where('subject', '=', subject).execute()
  await store.counters.insertInto('try_counters').values(counter).execute()
  await store.close()
}

const attacked = async (): Promise<Person> => {
  const owner = await signUp(server.url)
  await fillLane(`login to ${owner.email}`)
  return owner
}

async function attackedShare(): Promise<{ share: Share; readers: Visitor[] }> {
  const owner = await signUp(server.url)
  const share = await owner.share(await owner.createChat(), { password: 'sesame' })
  const [byUnlock, byBasic, byForm] = [fresh(), fresh(), fresh()]
  assert.equal((await byUnlock.unlock(share.uuid, 'sesame')).status, 204)
  assert.equal((await byBasic.readShare(share.uuid, 'sesame')).status, 200)
  const form = { password: 'sesame' }
  assert.equal((await byForm.send('POST', `/shared/chats/${share.uuid}`, { form })).status, 303)
  await fillLane(`share ${share.id}`)
  return { share, readers: [byUnlock, byBasic, byForm] }
}

const from = (address: string) => createVisitor(server.url, { 'x-forwarded-for': address })

const guess = (visitor: Visitor) => logIn(visitor, `${crypto.randomUUID()}@example.org`, 'wrong')

describe('while strangers try passwords of an account', () => {
  test('its owner gets in every time from a browser that was signed in before, whatever its address', async () => {
    const owner = await attacked()
    for (let count = 0; count < DEVICE_TRIES.limit * 2; count++) {
      const answer = await logIn(fresh(owner, isNoDevice), owner.email, owner.password)
      assert.equal(answer.status, 200, answer.text)
    }
    const form = { email: owner.email, password: owner.password }
    const page = await fresh(owner, isNoDevice).send('POST', '/sign-in', { form })
    assert.equal(page.status, 303)
  })

  test('everyone else waits, with the right password too', async () => {
    const owner = await attacked()
    const other = await signUp(server.url)
    for (const visitor of [fresh(), fresh(other)]) {
      assert.equal((await logIn(visitor, owner.email, owner.password)).status, 429)
    }
  })

  test('a stolen cookie gives some tries and no more, from however many addresses', async () => {
    const owner = await attacked()
    for (let count = 0; count < DEVICE_TRIES.limit; count++) {
      assert.equal((await logIn(fresh(owner, isNoDevice), owner.email, 'wrong')).status, 401)
    }
    assert.equal((await logIn(fresh(owner, isNoDevice), owner.email, 'wrong')).status, 429)
  })

  test('a cookie from before the password was reset gives none', async () => {
    const owner = await attacked()
    const run = await runOperator(['reset-password', owner.email], {
      database: server.database,
      password: 'another password',
    })
    assert.equal(run.code, 0, run.output)
    assert.equal((await logIn(fresh(owner, isNoDevice), owner.email, 'another password')).status, 429)
  })

  test('the cookie goes on counting after its owner changed the password or the email', async () => {
    const owner = await attacked()
    const json = { password: 'another password', current_password: owner.password }
    assert.equal((await owner.send('PATCH', owner.path(), { json })).status, 200)
    assert.equal((await logIn(fresh(owner, isNoDevice), owner.email, 'another password')).status, 200)
    const email = `new-${owner.email}`
    const change = { email, current_password: 'another password' }
    assert.equal((await owner.send('PATCH', owner.path(), { json: change })).status, 200)
    await fillLane(`login to ${email}`)
    assert.equal((await logIn(fresh(owner, isNoDevice), email, 'another password')).status, 200)
  })

  test('it is so under a real flood of wrong passwords from fresh addresses', async () => {
    const owner = await signUp(server.url)
    const flood = { isOver: false, wrong: 0 }
    const strangers = Array.from({ length: 40 }, async () => {
      while (!flood.isOver) {
        await logIn(fresh(), owner.email, `wrong ${flood.wrong++}`)
      }
    })
    try {
      while (flood.wrong < 100) await logIn(fresh(), owner.email, 'wrong')
      for (let count = 0; count < 20; count++) {
        const answer = await logIn(fresh(owner, isNoDevice), owner.email, owner.password)
        assert.equal(answer.status, 200, `${count}: ${answer.text}`)
      }
    } finally {
      flood.isOver = true
      await Promise.all(strangers)
    }
  })
})

describe('while strangers try passwords of a share', () => {
  test('who read it before by its password gets in every time, whatever the address', async () => {
    const { share, readers } = await attackedShare()
    for (const reader of readers) {
      for (let count = 0; count < 5; count++) {
        assert.equal((await fresh(reader, isNoDevice).unlock(share.uuid, 'sesame')).status, 204)
        assert.equal((await fresh(reader, isNoDevice).readShare(share.uuid, 'sesame')).status, 200)
      }
    }
    assert.equal((await fresh().unlock(share.uuid, 'sesame')).status, 429)
  })

  test('a stolen cookie proves nothing, and gives some tries and no more', async () => {
    const { share, readers } = await attackedShare()
    const [reader] = readers
    assert.equal((await fresh(reader, isNoDevice).readShare(share.uuid)).status, 401)
    for (let count = 0; count < DEVICE_TRIES.limit; count++) {
      assert.equal((await fresh(reader, isNoDevice).unlock(share.uuid, 'wrong')).status, 401)
    }
    assert.equal((await fresh(reader, isNoDevice).unlock(share.uuid, 'wrong')).status, 429)
  })
})

test('the cookie of a browser that got in is out of reach of scripts and other sites', async () => {
  const visitor = createVisitor(server.url)
  const json = { email: `${crypto.randomUUID()}@example.org`, password: 'correct horse battery' }
  const answer = await visitor.send('POST', '/api/auth/sign-up', { json })
  const line = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('neptun-device=')) ?? ''
  assert.match(line, /; HttpOnly/)
  assert.match(line, /; SameSite=Lax/)
  assert.match(line, /; Path=\//)
  assert.doesNotMatch(line, /Domain/)
})

async function count(addresses: readonly string[], send: (visitor: Visitor) => Promise<Answer>) {
  const statuses = await Promise.all(addresses.map(async (address) => (await send(from(address))).status))
  return [401, 429].map((status) => statuses.filter((one) => one === status).length)
}

describe('wrong passwords from many IPv6 networks of one owner', () => {
  test('are limited: 300 of one /48 have 200 logins, whichever account they try', async () => {
    // Two of each of 150 networks of a /56.
    const addresses = Array.from(
      { length: 300 },
      (_, index) => `2001:db8:48:${((index >> 1) * 256 + (index & 1)).toString(16)}::1`,
    )
    const [answered, refused] = await count(addresses, guess)
    assert.deepEqual([answered, refused], [200, 100])
    assert.equal((await guess(from('2001:db8:49::1'))).status, 401)
  })

  test('are limited: 75 of one /56 have 60 logins', async () => {
    const addresses = Array.from({ length: 75 }, (_, index) => `2001:db8:56:${index.toString(16)}::1`)
    assert.deepEqual(await count(addresses, guess), [60, 15])
    assert.equal((await guess(from('2001:db8:56:100::1'))).status, 401)
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, logIn, signUp, type Answer } from '../kit/client.ts'
import { expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

const server = await startServer({ env: trustsEmails })
const behindTls = await startServer({ env: { PUBLIC_URL: 'https://share.example.org' } })
after(() => Promise.all([server.close(), behindTls.close()]))

const owner = await signUp(server.url)
const locked = info({ isPrivate: true, password: true })
const share = async (body: object = { password: 'sesame' }) => owner.share(await owner.createChat(), body)
const visit = () => createVisitor(server.url)
const cookieName = (of: Share) => `neptun-unlock-${of.uuid}`

function expectUnlocked(answer: Answer): void {
  assert.deepEqual([answer.status, answer.text], [204, ''], answer.text)
}

describe('unlocking a share', () => {
  test('gives a cookie for that share, out of reach of scripts, for 12 hours', async () => {
    const of = await share()
    const visitor = visit()
    const answer = await visitor.unlock(of.uuid, 'sesame')
    expectUnlocked(answer)
    const [cookie = '', ...more] = answer.headers.getSetCookie()
    assert.deepEqual(
      more.map((other) => other.split('=')[0]),
      ['neptun-device'],
    )
    const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
    assert.ok(pair.startsWith(`${cookieName(of)}=`), cookie)
    const lower = attributes.map((attribute) => attribute.toLowerCase())
    for (const attribute of ['httponly', 'samesite=lax', 'path=/'])
      assert.ok(lower.includes(attribute), cookie)
    assert.equal(lower.includes('secure'), false)
    assert.equal(
      lower.some((attribute) => attribute.startsWith('domain')),
      false,
    )
    const age = lower.find((attribute) => attribute.startsWith('max-age='))
    const expires = attributes.find((attribute) => /^expires=/i.test(attribute))
    const seconds =
      age === undefined ? (Date.parse(expires?.slice(8) ?? '') - Date.now()) / 1000 : Number(age.slice(8))
    assert.ok(Math.abs(seconds - 12 * 60 * 60) < 60, cookie)
  })

  test('gives a Secure cookie where the public URL is https', async () => {
    const person = await signUp(behindTls.url)
    const of = await person.share(await person.createChat(), { password: 'sesame' })
    const answer = await createVisitor(behindTls.url).unlock(of.uuid, 'sesame')
    assert.match(answer.headers.getSetCookie()[0] ?? '', /; ?Secure(;|$)/i)
  })

  test('opens it for that browser only', async () => {
    const of = await share()
    const visitor = visit()
    expectUnlocked(await visitor.unlock(of.uuid, 'sesame'))
    expectOk(await visitor.readShare(of.uuid), shapes.sharedChat)
    expectRow(await visit().readShare(of.uuid), 'unauthorized', locked)
  })

  test('with a wrong password is row 5, and sets no cookie', async () => {
    const of = await share()
    const visitor = visit()
    const answer = await visitor.unlock(of.uuid, 'wrong')
    expectRow(answer, 'unauthorized', locked)
    assert.deepEqual(answer.headers.getSetCookie(), [])
    expectRow(await visitor.readShare(of.uuid), 'unauthorized', locked)
  })

  test('of no share is row 1', async () => {
    for (const uuid of [randomUUID(), 'nonsense', '%00', 'a'.repeat(300)]) {
      expectRow(await visit().unlock(uuid, 'sesame'), 'notFound')
    }
  })

  test('of a paused or used-up share is row 3, whatever the password', async () => {
    const paused = await share({ password: 'sesame', is_shared: false })
    const used = await share({ max_views: 1 })
    await visit().readShare(used.uuid)
    await owner.changeShare(used, { password: 'sesame' })
    for (const { uuid } of [paused, used]) {
      for (const password of ['sesame', 'wrong']) expectRow(await visit().unlock(uuid, password), 'inactive')
    }
  })

  test('after 10 wrong tries is row 4', async () => {
    const of = await share()
    const visitor = visit()
    for (let i = 0; i < 10; i++)
      expectRow(await visitor.unlock(of.uuid, `wrong ${i}`), 'unauthorized', locked)
    expectRow(await visitor.unlock(of.uuid, 'sesame'), 'tooManyTries', locked)
    assert.equal(visitor.cookies.size, 0)
  })

  test('of a share without a password answers 204 and sets no cookie', async () => {
    for (const body of [{}, { is_protected: true }, { emails: ['a@example.org'] }]) {
      const answer = await visit().unlock((await share(body)).uuid, 'whatever')
      expectUnlocked(answer)
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
  })

  test("doesn't ask the whitelist, and doesn't replace it", async () => {
    const of = await share({ password: 'sesame', emails: ['a@example.org'] })
    const visitor = visit()
    expectUnlocked(await visitor.unlock(of.uuid, 'sesame'))
    const flags = info({ isPrivate: true, password: true, whitelist: true })
    expectRow(await visitor.readShare(of.uuid), 'unauthorized', flags)
    const person = await signUp(server.url)
    expectUnlocked(await person.unlock(of.uuid, 'sesame'))
    expectRow(await person.readShare(of.uuid), 'notListed', flags)
  })

  test('takes the UUID in any case', async () => {
    const of = await share()
    const visitor = visit()
    expectUnlocked(await visitor.unlock(of.uuid.toUpperCase(), 'sesame'))
    expectOk(await visitor.readShare(of.uuid), shapes.sharedChat)
    expectOk(await visitor.readShare(of.uuid.toUpperCase()), shapes.sharedChat)
  })

  test('takes passwords to the letter, colons and all', async () => {
    for (const password of ['with:colon', ' spaces ', 'пароль 🌊', 'café']) {
      const of = await share({ password })
      expectUnlocked(await visit().unlock(of.uuid, password))
      expectRow(await visit().unlock(of.uuid, `${password}.`), 'unauthorized', locked)
    }
    const of = await share({ password: 'café' })
    expectUnlocked(await visit().unlock(of.uuid, 'cafe\u0301'))
  })

  for (const json of [
    {},
    { password: 5 },
    { password: null },
    { password: ['sesame'] },
    [],
    'sesame',
    null,
    { password: 'a\0' },
  ]) {
    test(`with ${JSON.stringify(json)} is a 400`, async () => {
      const of = await share()
      const answer = await visit().send('POST', `/api/shared/chats/${of.uuid}/unlock`, { json })
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(answer.headers.getSetCookie(), [])
    })
  }

  test('with a password longer than any share has is merely wrong', async () => {
    const of = await share()
    expectRow(await visit().unlock(of.uuid, 'x'.repeat(50_000)), 'unauthorized', locked)
  })
})

const unlockedValue = async (of: Share) => {
  const visitor = visit()
  expectUnlocked(await visitor.unlock(of.uuid, 'sesame'))
  const value = visitor.cookies.get(cookieName(of))
  assert.ok(value !== undefined && value.length > 43)
  return value
}
const readWith = (of: Share, value: string) =>
  visit().readShare(of.uuid, undefined, { cookie: `${cookieName(of)}=${value}` })

describe('an unlock cookie', () => {
  test('says nothing of the password', async () => {
    const value = await unlockedValue(await share())
    for (const form of [value, Buffer.from(value, 'base64').toString('latin1'), decodeURIComponent(value)]) {
      assert.doesNotMatch(form, /sesame|argon2/)
    }
  })

  test('opens no other share, not even one with the same password', async () => {
    const [first, second] = [await share(), await share()]
    const value = await unlockedValue(first)
    expectOk(await readWith(first, value), shapes.sharedChat)
    expectRow(await readWith(second, value), 'unauthorized', locked)
  })

  test('opens nothing once a single character of it is changed', async () => {
    const of = await share()
    const value = await unlockedValue(of)
    // The last character of base64 may carry bits that mean nothing.
    for (let i = 0; i < value.length - 1; i++) {
      const changed = value.slice(0, i) + (value[i] === '0' ? '1' : '0') + value.slice(i + 1)
      expectRow(await readWith(of, changed), 'unauthorized', locked)
    }
  })

  test('opens nothing with a later expiry', async () => {
    const of = await share()
    const value = await unlockedValue(of)
    const later = value.replace(/\d{10,13}/, (digits) => String(Number(digits) + 1))
    assert.notEqual(later, value)
    expectRow(await readWith(of, later), 'unauthorized', locked)
    for (const forged of [
      '',
      '.',
      'true',
      '9999999999999',
      '9999999999999.',
      `9999999999999.${'0'.repeat(64)}`,
      '%00',
    ]) {
      expectRow(await readWith(of, forged), 'unauthorized', locked)
    }
  })

  test('of another share with a forged name opens nothing', async () => {
    const [first, second] = [await share(), await share()]
    const value = await unlockedValue(first)
    const cookie = `neptun-unlock-${second.uuid}=${value}; neptun-unlock-${first.uuid}=${value}`
    const answer = await visit().readShare(second.uuid, undefined, { cookie })
    expectRow(answer, 'unauthorized', locked)
  })

  test('beside a wrong password still opens: the cookie proves it', async () => {
    const of = await share()
    const visitor = visit()
    expectUnlocked(await visitor.unlock(of.uuid, 'sesame'))
    expectOk(await visitor.readShare(of.uuid, 'wrong'), shapes.sharedChat)
  })

  test('works after the server has been restarted', async () => {
    const first = await startServer({ env: trustsEmails })
    const person = await signUp(first.url)
    const of = await person.share(await person.createChat(), { password: 'sesame' })
    const visitor = createVisitor(first.url)
    await visitor.unlock(of.uuid, 'sesame')
    await first.stop()
    const second = await startServer({ database: first.database, env: trustsEmails })
    try {
      const again = createVisitor(second.url)
      for (const [name, value] of visitor.cookies) again.cookies.set(name, value)
      expectOk(await again.readShare(of.uuid), shapes.sharedChat)
    } finally {
      await second.close()
    }
  })
})

describe('a session that has unlocked a share', () => {
  test('has proved it for clients that send nothing but their session cookie', async () => {
    const of = await share()
    const person = await signUp(server.url)
    expectUnlocked(await person.unlock(of.uuid, 'sesame'))
    person.cookies.delete(cookieName(of))
    expectOk(await person.readShare(of.uuid), shapes.sharedChat)
  })

  test('has proved it for itself only, not for the account’s other sessions', async () => {
    const of = await share()
    const person = await signUp(server.url)
    const phone = await logIn(person)
    expectUnlocked(await person.unlock(of.uuid, 'sesame'))
    expectRow(await phone.readShare(of.uuid), 'unauthorized', locked)
  })

  test('has proved nothing of another share', async () => {
    const [first, second] = [await share(), await share()]
    const person = await signUp(server.url)
    expectUnlocked(await person.unlock(first.uuid, 'sesame'))
    expectRow(await person.readShare(second.uuid), 'unauthorized', locked)
  })

  test('has proved nothing by a wrong password', async () => {
    const of = await share()
    const person = await signUp(server.url)
    expectRow(await person.unlock(of.uuid, 'wrong'), 'unauthorized', locked)
    expectRow(await person.readShare(of.uuid), 'unauthorized', locked)
  })

  test('may unlock twice', async () => {
    const of = await share()
    const person = await signUp(server.url)
    for (let i = 0; i < 2; i++) expectUnlocked(await person.unlock(of.uuid, 'sesame'))
  })

  test('has not unlocked a share that had no password then', async () => {
    const of = await share({})
    const person = await signUp(server.url)
    expectUnlocked(await person.unlock(of.uuid, 'whatever'))
    await owner.changeShare(of, { password: 'whatever' })
    person.cookies.delete(cookieName(of))
    expectRow(await person.readShare(of.uuid), 'unauthorized', locked)
  })
})

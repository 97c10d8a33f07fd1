import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { tokenHash } from '../../src/secrets/tokens.ts'
import { createVisitor, expectOk, logIn, signUp, type Person } from '../kit/client.ts'
import { expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'

/** Sessions that their owner sees and ends. */

const server = await startServer()
after(() => server.close())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

async function sessionsOf(person: Person) {
  return expectOk(await person.get(person.path('/sessions')), shapes.sessions).sessions
}

/** A person at a computer and on a phone, and the ids of both sessions as the computer sees them. */
async function onTwoDevices() {
  const computer = await signUp(server.url, { headers: { 'user-agent': firefox } })
  const phone = await logIn(computer, { 'user-agent': '<script>alert(1)</script>' })
  const sessions = await sessionsOf(computer)
  const idOf = (isThis: boolean) => sessions.find(({ is_this }) => is_this === isThis)?.id
  return { computer, phone, sessions, here: idOf(true), there: idOf(false) }
}

describe("an account's sessions", () => {
  test('are listed with what they were begun on, and which one asks', async () => {
    const { computer, phone, sessions } = await onTwoDevices()
    const seen = sessions.map(({ client, is_this }) => [client, is_this])
    assert.deepEqual(
      new Map(seen as [string, boolean][]),
      new Map([
        ['Firefox on Linux', true],
        ['unknown program', false],
      ]),
    )
    for (const { created_at, last_used_at } of sessions) {
      assert.ok(Math.abs(Date.parse(created_at) - Date.now()) < 60_000)
      assert.equal(last_used_at, created_at)
    }
    const fromPhone = await sessionsOf(phone)
    assert.deepEqual(fromPhone.find(({ is_this }) => is_this)?.client, 'unknown program')
    const token = computer.cookies.get('neptun-session') ?? ''
    const text = JSON.stringify(sessions)
    assert.ok(!text.includes(token) && !text.includes(tokenHash(token)))
  })

  test('end one by one, at once, for shares too', async () => {
    const { computer, phone, there } = await onTwoDevices()
    const share = await computer.share(await computer.createChat(), { is_protected: true })
    assert.equal((await phone.readShare(share.uuid)).status, 200)
    const answer = await computer.send('DELETE', computer.path(`/sessions/${there}`))
    expectOk(answer, shapes.true)
    assert.deepEqual(answer.headers.getSetCookie(), [])
    expectNoSession(await phone.get(phone.path()))
    assert.equal((await phone.readShare(share.uuid)).status, 401)
    assert.equal((await sessionsOf(computer)).length, 1)
    expectNotFound(await computer.send('DELETE', computer.path(`/sessions/${there}`)), 'Session not found')
    const { events } = expectOk(await computer.get(computer.path('/events?limit=1')), shapes.events)
    assert.deepEqual([events[0]?.kind, events[0]?.detail], ['session-ended', 'unknown program'])
  })

  test('end with their cookie where the one that asks is ended', async () => {
    const { computer, phone, here } = await onTwoDevices()
    expectOk(await computer.send('DELETE', computer.path(`/sessions/${here}`)), shapes.true)
    assert.equal(computer.cookies.has('neptun-session'), false)
    expectOk(await phone.get(phone.path()), shapes.user)
  })

  test("are nobody else's to see or to end", async () => {
    const { computer, there, phone } = await onTwoDevices()
    const other = await signUp(server.url)
    expectNotFound(await other.get(computer.path('/sessions')), 'User not found')
    expectNotFound(await other.send('DELETE', other.path(`/sessions/${there}`)), 'Session not found')
    expectNoSession(await createVisitor(server.url).send('DELETE', computer.path(`/sessions/${there}`)))
    expectOk(await phone.get(phone.path()), shapes.user)
  })

  test('that have ended by themselves are not listed', async () => {
    const { computer, phone } = await onTwoDevices()
    const store = await openStoreAt(server.database.url)
    const hash = tokenHash(phone.cookies.get('neptun-session') ?? '')
    await store.write
      .updateTable('sessions')
      .set({ expires_at: Date.now() - 1 })
      .where('token_hash', '=', hash)
      .execute()
    await store.close()
    assert.deepEqual(
      (await sessionsOf(computer)).map(({ is_this }) => is_this),
      [true],
    )
  })
})

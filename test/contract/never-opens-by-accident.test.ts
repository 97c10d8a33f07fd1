import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, logIn, signUp } from '../kit/client.ts'
import { expectInvalid, expectRow, info } from '../kit/refusals.ts'
import { shapes, type Share } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

/** "A share never opens by accident": only an explicit `is_protected: false` opens one. */

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const stranger = createVisitor(server.url)
const signedIn = await signUp(server.url)
const email = 'listed@example.org'
const listed = await signUp(server.url, { email })

const share = async (body: object) => owner.share(await owner.createChat(), body)
const patch = (of: Share, json: object) => owner.send('PATCH', owner.sharePath(of), { json })
const repost = (of: Share, json: object) =>
  owner.send('POST', owner.path(`/chats/${of.chat_conversation_id}/shares`), { json })
const entriesPath = (of: Share, rest = '') => owner.sharePath(of, `/whitelist-entries${rest}`)

/** Someone who has unlocked the share and reads it. */
const unlocked = async (of: Share, who = createVisitor(server.url)) => {
  assert.equal((await who.unlock(of.uuid, 'sesame')).status, 204)
  assert.equal((await who.readShare(of.uuid)).status, 200)
  return who
}

/** Nobody gets in, with whatever they know; only the owner does. */
async function expectClosedToAllButTheOwner(of: Share): Promise<void> {
  const flags = info({ isPrivate: true })
  expectRow(await stranger.readShare(of.uuid), 'unauthorized', flags)
  expectRow(await stranger.readShare(of.uuid, 'sesame'), 'unauthorized', flags)
  expectRow(await signedIn.readShare(of.uuid), 'notListed', flags)
  expectRow(await listed.readShare(of.uuid), 'notListed', flags)
  const own = expectOk(await owner.readShare(of.uuid), shapes.sharedChat)
  assert.deepEqual(own.shareInfo, flags)
  const stored = await owner.findShare(of)
  assert.deepEqual([stored.is_protected, stored.has_password, stored.whitelist_count], [true, false, 0])
}

describe('setting a proof protects an open share at once', () => {
  const settings: [what: string, set: (of: Share) => Promise<unknown>, flags: Parameters<typeof info>[0]][] =
    [
      ['a password by PATCH', (of) => owner.changeShare(of, { password: 'sesame' }), { password: true }],
      ['a password by POST', (of) => repost(of, { password: 'sesame' }), { password: true }],
      [
        'a password by its other name',
        (of) => owner.changeShare(of, { hashed_password: 'sesame' }),
        { password: true },
      ],
      ['emails by PATCH', (of) => owner.changeShare(of, { emails: [email] }), { whitelist: true }],
      ['emails by POST', (of) => repost(of, { emails: [email] }), { whitelist: true }],
      [
        'an entry',
        (of) => owner.send('POST', entriesPath(of), { json: { emails: [email] } }),
        { whitelist: true },
      ],
      [
        'a bare array of entries',
        (of) => owner.send('POST', entriesPath(of), { json: [email] }),
        { whitelist: true },
      ],
    ]
  for (const [what, set, flags] of settings) {
    test(what, async () => {
      const open = await share({})
      assert.equal((await stranger.readShare(open.uuid)).status, 200)
      await set(open)
      expectRow(await stranger.readShare(open.uuid), 'unauthorized', info({ isPrivate: true, ...flags }))
      assert.equal((await owner.findShare(open)).is_protected, true)
    })
  }
})

describe('removing the last proof leaves the share to its owner alone', () => {
  test('the password by PATCH', async () => {
    const protectedShare = await share({ password: 'sesame' })
    expectOk(await patch(protectedShare, { password: null }), shapes.share)
    await expectClosedToAllButTheOwner(protectedShare)
  })

  test('the password by POST', async () => {
    const protectedShare = await share({ password: 'sesame' })
    expectOk(await repost(protectedShare, { password: null }), shapes.share)
    await expectClosedToAllButTheOwner(protectedShare)
  })

  test('the password by its other name', async () => {
    const protectedShare = await share({ hashed_password: 'sesame' })
    expectOk(await patch(protectedShare, { hashed_password: null }), shapes.share)
    await expectClosedToAllButTheOwner(protectedShare)
  })

  test('the last entry', async () => {
    const protectedShare = await share({ emails: [email, 'second@example.org'] })
    for (const entry of await owner.listEntries(protectedShare)) {
      expectOk(await owner.send('DELETE', entriesPath(protectedShare, `/${entry.id}`)), shapes.true)
    }
    await expectClosedToAllButTheOwner(protectedShare)
  })

  test('all emails at once, by PATCH or POST', async () => {
    const first = await share({ emails: [email] })
    expectOk(await patch(first, { emails: [] }), shapes.share)
    await expectClosedToAllButTheOwner(first)
    const second = await share({ emails: [email] })
    expectOk(await repost(second, { emails: [] }), shapes.share)
    await expectClosedToAllButTheOwner(second)
  })

  test('password and emails together', async () => {
    const protectedShare = await share({ password: 'sesame', emails: [email] })
    expectOk(await patch(protectedShare, { password: null, emails: [] }), shapes.share)
    await expectClosedToAllButTheOwner(protectedShare)
  })

  test('one of two leaves the other in force', async () => {
    const first = await share({ password: 'sesame', emails: [email] })
    await owner.changeShare(first, { password: null })
    expectRow(await signedIn.readShare(first.uuid), 'notListed', info({ isPrivate: true, whitelist: true }))
    assert.equal((await listed.readShare(first.uuid)).status, 200)
    const second = await share({ password: 'sesame', emails: [email] })
    await owner.changeShare(second, { emails: [] })
    expectRow(await listed.readShare(second.uuid), 'unauthorized', info({ isPrivate: true, password: true }))
    assert.equal((await stranger.readShare(second.uuid, 'sesame')).status, 200)
  })
})

describe('is_protected: false while a proof remains is a 400 and changes nothing', () => {
  const refusals: [what: string, before: object, change: object][] = [
    ['a password', { password: 'sesame' }, { is_protected: false }],
    ['an email', { emails: [email] }, { is_protected: false }],
    ['a password set in the same request', {}, { is_protected: false, password: 'sesame' }],
    ['a password set under its other name', {}, { is_protected: false, hashed_password: 'sesame' }],
    ['emails set in the same request', {}, { is_protected: false, emails: [email] }],
    [
      'emails, when only the password goes',
      { password: 'p', emails: [email] },
      { is_protected: false, password: null },
    ],
    [
      'a password, when only the emails go',
      { password: 'p', emails: [email] },
      { is_protected: false, emails: [] },
    ],
  ]
  for (const [what, before, change] of refusals) {
    test(what, async () => {
      const of = await share(before)
      for (const answer of [await patch(of, change), await repost(of, change)]) {
        expectInvalid(answer, /^Bad Request\. Invalid body\(.*\)\.$/)
      }
      assert.deepEqual(await owner.findShare(of), of)
    })
  }

  test('at creation too: nothing is shared', async () => {
    const chat = await owner.createChat()
    for (const proof of [{ password: 'sesame' }, { hashed_password: 'sesame' }, { emails: [email] }]) {
      const json = { ...proof, is_protected: false }
      expectInvalid(await owner.send('POST', owner.path(`/chats/${chat.id}/shares`), { json }))
    }
    assert.equal((await owner.get(owner.path(`/chats/${chat.id}/shares`))).text, 'null')
  })
})

describe('a share opens only when told to', () => {
  test('by is_protected: false once no proof remains', async () => {
    const of = await share({ password: 'sesame', emails: [email] })
    await owner.changeShare(of, { password: null, emails: [] })
    await expectClosedToAllButTheOwner(of)
    const opened = await owner.changeShare(of, { is_protected: false })
    assert.equal(opened.is_protected, false)
    assert.equal((await stranger.readShare(of.uuid)).status, 200)
  })

  test('by is_protected: false together with removing the proofs', async () => {
    const of = await share({ password: 'sesame', emails: [email] })
    await owner.changeShare(of, { is_protected: false, password: null, emails: [] })
    const { shareInfo } = expectOk(await stranger.readShare(of.uuid), shapes.sharedChat)
    assert.deepEqual(shareInfo, info({}))
  })

  test('not by pausing and resuming, rotating, limits, snapshots or being shared again', async () => {
    const of = await share({ is_protected: true })
    await owner.changeShare(of, { is_shared: false })
    await owner.changeShare(of, { is_shared: true })
    await owner.changeShare(of, { max_views: 5, expires_at: '2999-01-01T00:00:00.000Z', snapshot: true })
    await owner.changeShare(of, { max_views: null, expires_at: null, snapshot: false })
    expectOk(await repost(of, {}), shapes.share)
    expectOk(await repost(of, { is_shared: true, password: null, emails: [] }), shapes.share)
    expectOk(await owner.send('POST', owner.sharePath(of, '/snapshot')), shapes.share)
    await expectClosedToAllButTheOwner(of)
    const rotated = expectOk(await owner.send('POST', owner.sharePath(of, '/rotate')), shapes.share).share
    await expectClosedToAllButTheOwner(rotated)
  })
})

describe('a reader who was let in is let in no more', () => {
  const changes: [what: string, change: (of: Share) => Promise<unknown>, status: number][] = [
    ['the password changes', (of) => owner.changeShare(of, { password: 'another' }), 401],
    [
      'the password is removed, the share being left to its owner',
      (of) => owner.changeShare(of, { password: null }),
      401,
    ],
    ['the share is paused', (of) => owner.changeShare(of, { is_shared: false }), 404],
    ['the share is rotated', (of) => owner.send('POST', owner.sharePath(of, '/rotate')), 404],
    ['the share is deleted', (of) => owner.send('DELETE', owner.sharePath(of)), 404],
    ['emails are added, theirs not among them', (of) => owner.changeShare(of, { emails: [email] }), 401],
    [
      'the password changes and changes back',
      async (of) => {
        await owner.changeShare(of, { password: 'another' })
        await owner.changeShare(of, { password: 'sesame' })
      },
      401,
    ],
  ]
  for (const [what, change, status] of changes) {
    test(`once ${what}`, async () => {
      const of = await share({ password: 'sesame' })
      const byCookie = await unlocked(of)
      const session = await logIn(signedIn)
      await unlocked(of, session)
      session.cookies.delete(`neptun-unlock-${of.uuid}`)
      assert.equal((await session.readShare(of.uuid)).status, 200)
      assert.equal((await stranger.readShare(of.uuid, 'sesame')).status, 200)
      await change(of)
      assert.equal((await byCookie.readShare(of.uuid)).status, status)
      const bySession = (await session.readShare(of.uuid)).status
      assert.equal(bySession, status === 401 && /removed|emails/.test(what) ? 403 : status)
      if (!what.includes('back')) assert.equal((await stranger.readShare(of.uuid, 'sesame')).status, status)
    })
  }

  test('once their email leaves the whitelist', async () => {
    const of = await share({ emails: [email, 'other@example.org'] })
    assert.equal((await listed.readShare(of.uuid)).status, 200)
    const [entry] = (await owner.listEntries(of)).filter((e) => e.email === email)
    await owner.send('DELETE', entriesPath(of, `/${entry?.id}`))
    expectRow(await listed.readShare(of.uuid), 'notListed', info({ isPrivate: true, whitelist: true }))
  })

  test('once they sign out', async () => {
    const of = await share({ password: 'sesame' })
    const session = await logIn(signedIn)
    await unlocked(of, session)
    session.cookies.delete(`neptun-unlock-${of.uuid}`)
    assert.equal((await session.readShare(of.uuid)).status, 200)
    await session.send('POST', '/api/auth/logout')
    assert.equal((await session.readShare(of.uuid)).status, 401)
    const again = await logIn(signedIn)
    assert.equal((await again.readShare(of.uuid)).status, 401)
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createVisitor, expectOk, greeting, logIn, signUp, type Visitor } from '../kit/client.ts'
import { expireShare } from '../kit/expire-share.ts'
import { expectRow, info, type rows } from '../kit/refusals.ts'
import { shapes, type Share, type ShareInfo } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

/** The contract's table of who may view, row by row, and every protection against every visitor. */

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const listed = await signUp(server.url)
const unlisted = await signUp(server.url)

const protections: Record<string, { readonly body: object; readonly flags: ShareInfo }> = {
  'an open share': { body: {}, flags: info({}) },
  'a share with a password': {
    body: { password: 'sesame' },
    flags: info({ isPrivate: true, password: true }),
  },
  'a share for listed emails': {
    body: { emails: [listed.email] },
    flags: info({ isPrivate: true, whitelist: true }),
  },
  'a share with password and list': {
    body: { password: 'sesame', emails: [listed.email] },
    flags: info({ isPrivate: true, password: true, whitelist: true }),
  },
  'a private share': { body: { is_protected: true }, flags: info({ isPrivate: true }) },
}

type Outcome = 'shown' | keyof typeof rows

type VisitorKind = {
  readonly visitor: () => Visitor | Promise<Visitor>
  readonly password?: string
  /** What they get of an active share, in the order of `protections`. */
  readonly outcomes: readonly [Outcome, Outcome, Outcome, Outcome, Outcome]
}

const shown = 'shown'
const ask = 'unauthorized'
const notListed = 'notListed'
const withGarbage = () => {
  const visitor = createVisitor(server.url)
  visitor.cookies.set('neptun-session', 'garbage')
  return visitor
}

const visitors: Record<string, VisitorKind> = {
  'a stranger': { visitor: () => createVisitor(server.url), outcomes: [shown, ask, ask, ask, ask] },
  'a stranger with the password': {
    visitor: () => createVisitor(server.url),
    password: 'sesame',
    outcomes: [shown, shown, ask, ask, ask],
  },
  'a stranger with a wrong password': {
    visitor: () => createVisitor(server.url),
    password: 'wrong',
    outcomes: [shown, ask, ask, ask, ask],
  },
  'someone with a session that is none': { visitor: withGarbage, outcomes: [shown, ask, ask, ask, ask] },
  'someone signed in, not listed': {
    visitor: () => logIn(unlisted),
    outcomes: [shown, ask, notListed, ask, notListed],
  },
  'someone signed in, not listed, with the password': {
    visitor: () => logIn(unlisted),
    password: 'sesame',
    outcomes: [shown, shown, notListed, notListed, notListed],
  },
  'someone listed': { visitor: () => logIn(listed), outcomes: [shown, ask, shown, ask, notListed] },
  'someone listed with the password': {
    visitor: () => logIn(listed),
    password: 'sesame',
    outcomes: [shown, shown, shown, shown, notListed],
  },
  'someone listed with a wrong password': {
    visitor: () => logIn(listed),
    password: 'wrong',
    outcomes: [shown, ask, shown, ask, notListed],
  },
  'the owner': { visitor: () => owner, outcomes: [shown, shown, shown, shown, shown] },
  'the owner with a wrong password': {
    visitor: () => owner,
    password: 'wrong',
    outcomes: [shown, shown, shown, shown, shown],
  },
  'the owner on another device': {
    visitor: () => logIn(owner),
    outcomes: [shown, shown, shown, shown, shown],
  },
  'the owner signed out': { visitor: () => createVisitor(server.url), outcomes: [shown, ask, ask, ask, ask] },
}

const states = ['paused', 'expired', 'used up'] as const
const active = new Map<string, Share>()
const inactive = new Map<string, Share>()

before(async () => {
  for (const [name, { body }] of Object.entries(protections)) {
    active.set(name, await owner.share(await owner.createChat(), body))
    inactive.set(`${name} paused`, await owner.share(await owner.createChat(), { ...body, is_shared: false }))
    inactive.set(`${name} expired`, await owner.share(await owner.createChat(), body))
    inactive.set(`${name} used up`, await usedUp(body))
  }
  const expired = [...inactive].filter(([name]) => name.endsWith('expired'))
  await Promise.all(expired.map(([, share]) => expireShare(owner, share)))
})

/** A share whose one view has been taken before it got its protection. */
async function usedUp(body: object): Promise<Share> {
  const share = await owner.share(await owner.createChat(), { max_views: 1 })
  assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 200)
  return owner.changeShare(share, body)
}

async function expectOutcome(
  share: Share,
  kind: VisitorKind,
  outcome: Outcome,
  flags: ShareInfo,
): Promise<void> {
  const visitor = await kind.visitor()
  const answer = await visitor.readShare(share.uuid, kind.password)
  const bodiless = await visitor.send('HEAD', `/api/shared/chats/${share.uuid}`, {
    headers: kind.password === undefined ? {} : { authorization: `Basic ${btoa(`:${kind.password}`)}` },
  })
  assert.deepEqual([bodiless.status, bodiless.text], [answer.status, ''])
  if (outcome !== 'shown') {
    expectRow(answer, outcome, flags)
    return
  }
  const shared = expectOk(answer, shapes.sharedChat)
  assert.deepEqual(shared.shareInfo, flags)
  assert.deepEqual(
    shared.chatMessages.map(({ content, role }) => ({ content, role })),
    greeting,
  )
  for (const message of shared.chatMessages) assert.equal(message.timestamp, message.created_at)
}

const isOwner = (name: string) => name.startsWith('the owner') && name !== 'the owner signed out'

Object.entries(protections).forEach(([protection, { flags }], index) => {
  describe(protection, () => {
    for (const [name, kind] of Object.entries(visitors)) {
      const outcome = kind.outcomes[index] ?? 'shown'
      test(`${name}: ${outcome}`, async () => {
        const share = active.get(protection)
        assert.ok(share)
        await expectOutcome(share, kind, outcome, flags)
      })
    }

    for (const state of states) {
      for (const [name, kind] of Object.entries(visitors)) {
        test(`${state}, ${name}: ${isOwner(name) ? 'shown, as not active' : 'inactive'}`, async () => {
          const share = inactive.get(`${protection} ${state}`)
          assert.ok(share)
          const visitor = await kind.visitor()
          const answer = await visitor.readShare(share.uuid, kind.password)
          if (!isOwner(name)) {
            expectRow(answer, 'inactive')
            return
          }
          const { shareInfo } = expectOk(answer, shapes.sharedChat)
          assert.deepEqual(shareInfo, { ...flags, shareIsActive: false })
        })
      }
    }
  })
})

describe('no such share', () => {
  const uuids = {
    'an unknown UUID': randomUUID(),
    'an unknown UUID in capitals': randomUUID().toUpperCase(),
    'the nil UUID': '00000000-0000-0000-0000-000000000000',
    'a UUID of version 1': '5f0c1e1e-9a5b-11ee-8c90-0242ac120002',
    'a word': 'nonsense',
    'a number': '1',
    'a UUID without hyphens': randomUUID().replaceAll('-', ''),
    'a UUID in braces': `%7B${randomUUID()}%7D`,
    'a UUID and more': `${randomUUID()}0`,
    'a UUID and a space': `${randomUUID()}%20`,
    'a UUID and a line break': `${randomUUID()}%0A`,
    'a UUID and a NUL': `${randomUUID()}%00`,
    'a NUL': '%00',
    'a quote': "'%20or%201=1--",
    'a percent sign': '%25',
    'a wildcard':
      '%25%25%25%25%25%25%25%25-%25%25%25%25-4%25%25%25-8%25%25%25-%25%25%25%25%25%25%25%25%25%25%25%25',
    'a path upwards': '..%2f..%2fusers%2f1',
    'invalid UTF-8': '%ff',
    'a broken escape': '%zz',
    'a letter like a digit': `${randomUUID().slice(0, -1)}%EF%BC%91`,
    '300 characters': 'a'.repeat(300),
    '5,000 characters': 'a'.repeat(5000),
  }
  for (const [what, uuid] of Object.entries(uuids)) {
    test(`${what} is row 1`, async () => {
      expectRow(await createVisitor(server.url).readShare(uuid), 'notFound')
      expectRow(await owner.readShare(uuid), 'notFound')
    })
  }

  test('answers the same bytes whoever asks and whatever was asked', async () => {
    const texts = await Promise.all([
      createVisitor(server.url).readShare(randomUUID()),
      createVisitor(server.url).readShare('nonsense', 'sesame'),
      owner.readShare(randomUUID()),
    ])
    assert.equal(new Set(texts.map(({ text }) => text)).size, 1)
  })

  test("a chat's id, a share's id or a message's id opens nothing", async () => {
    const share = active.get('an open share')
    assert.ok(share)
    for (const id of [share.id, share.chat_conversation_id]) {
      expectRow(await createVisitor(server.url).readShare(String(id)), 'notFound')
    }
  })
})

test('a UUID opens in capitals as well', async () => {
  const share = active.get('an open share')
  assert.ok(share)
  const answer = await createVisitor(server.url).readShare(share.uuid.toUpperCase())
  expectOk(answer, shapes.sharedChat)
})

test('a query on the URL changes nothing: a password there is ignored', async () => {
  const share = active.get('a share with a password')
  assert.ok(share)
  const visitor = createVisitor(server.url)
  for (const query of ['?password=sesame', '?pw=sesame', '?authorization=Basic%20OnNlc2FtZQ==', '?x=%00']) {
    expectRow(
      await visitor.get(`/api/shared/chats/${share.uuid}${query}`),
      'unauthorized',
      info({ isPrivate: true, password: true }),
    )
  }
})

test('a request with the content type of the seeds, but no body, is answered', async () => {
  const share = active.get('an open share')
  assert.ok(share)
  const headers = { 'content-type': 'application/json' }
  expectOk(await createVisitor(server.url).readShare(share.uuid, undefined, headers), shapes.sharedChat)
})

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Answer, type Question } from '../kit/client.ts'
import { expectInvalid, expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer, trustsEmails } from '../kit/start-server.ts'

const server = await startServer({ env: trustsEmails })
after(() => server.close())

const owner = await signUp(server.url)
const other = await signUp(server.url)
const chat = await owner.createChat()
const share = await owner.share(chat, { emails: ['reader@example.org'] })
const [entry] = await owner.listEntries(share)
const { chatMessages } = expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
const [message] = chatMessages
const otherChat = await other.createChat()
const otherShare = await other.share(otherChat, { emails: ['reader@example.org'] })
const [otherEntry] = await other.listEntries(otherShare)
const otherMessages = expectOk(
  await other.get(other.path(`/chats/${otherChat.id}/messages`)),
  shapes.messages,
).chatMessages
assert.ok(entry && message && otherEntry && otherMessages[0])

type Ids = {
  readonly user: number | string
  readonly chat: number | string
  readonly share: number | string
  readonly entry: number | string
  readonly message: number | string
}

/** Every route of an owner, with a body that validates. */
const routes: readonly [method: string, path: (ids: Ids) => string, json?: unknown][] = [
  ['GET', ({ user }) => `/api/users/${user}`],
  [
    'PATCH',
    ({ user }) => `/api/users/${user}`,
    { email: 'x@example.org', current_password: 'wrong password' },
  ],
  ['DELETE', ({ user }) => `/api/users/${user}`],
  ['DELETE', ({ user }) => `/api/users/${user}/sessions`],
  ['GET', ({ user }) => `/api/users/${user}/events`],
  ['GET', ({ user }) => `/api/users/${user}/shares`],
  ['GET', ({ user }) => `/api/users/${user}/chats`],
  ['POST', ({ user }) => `/api/users/${user}/chats`, { model: 'm', name: 'n' }],
  ['DELETE', ({ user }) => `/api/users/${user}/chats`, { chat_ids: [chat.id] }],
  ['GET', (ids) => `/api/users/${ids.user}/chats/${ids.chat}`],
  ['PATCH', (ids) => `/api/users/${ids.user}/chats/${ids.chat}`, { name: 'n' }],
  ['DELETE', (ids) => `/api/users/${ids.user}/chats/${ids.chat}`],
  ['GET', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages`],
  ['GET', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages/rendered`],
  ['POST', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages`, { message: 'x', actor: 'user' }],
  ['DELETE', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages/last`],
  ['PATCH', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages/${ids.message}`, { content: 'x' }],
  ['DELETE', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/messages/${ids.message}`],
  ['GET', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares`],
  ['POST', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares`, {}],
  ['PATCH', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}`, { is_shared: true }],
  ['DELETE', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}`],
  ['POST', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/rotate`],
  ['POST', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/snapshot`],
  ['POST', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/preview`, {}],
  ['GET', (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/whitelist-entries`],
  [
    'POST',
    (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/whitelist-entries`,
    { emails: ['new@example.org'] },
  ],
  [
    'DELETE',
    (ids) => `/api/users/${ids.user}/chats/${ids.chat}/shares/${ids.share}/whitelist-entries/${ids.entry}`,
  ],
]

const mine: Ids = {
  user: owner.id,
  chat: chat.id,
  share: share.id,
  entry: entry.id,
  message: message?.id ?? 0,
}
const absent = 2_147_483_647
const names = {
  user: 'User',
  chat: 'Chat',
  share: 'Share',
  entry: 'Whitelist entry',
  message: 'Message',
} as const

const question = (json: unknown): Question => (json === undefined ? {} : { json })
const ask = ([method, path, json]: (typeof routes)[number], ids: Ids): Promise<Answer> =>
  owner.send(method, path(ids), question(json))
const names404 = (part: keyof Ids) => `${names[part]} not found` as const
const template = (path: (ids: Ids) => string) =>
  path({
    user: '{user_id}',
    chat: '{chat_id}',
    share: '{share_id}',
    entry: '{entry_id}',
    message: '{message_id}',
  })

for (const route of routes) {
  const [method, path, json] = route
  describe(`${method} ${template(path)}`, () => {
    test('asks for a session before anything else', async () => {
      const stranger = createVisitor(server.url)
      expectNoSession(await stranger.send(method, path(mine), question(json)))
      const malformed = { user: '01', chat: 'x', share: '1e0', entry: '-', message: '1.5' }
      const nonsense = json === undefined ? undefined : 'not what is expected'
      expectNoSession(await stranger.send(method, path(malformed), question(nonsense)))
    })

    for (const part of ['user', 'chat', 'share', 'entry', 'message'] as const) {
      if (path(mine) === path({ ...mine, [part]: 'other' })) continue
      test(`refuses a malformed ${part} id before it looks whether anything is there`, async () => {
        expectInvalid(await ask(route, { ...mine, [part]: '1.5' }))
        if (part !== 'user') expectInvalid(await ask(route, { ...mine, user: absent, [part]: '01' }))
      })

      test(`doesn't tell a ${part} that isn't there from somebody else's`, async () => {
        const theirs: Ids = {
          user: other.id,
          chat: otherChat.id,
          share: otherShare.id,
          entry: otherEntry.id,
          message: otherMessages[0]?.id ?? 0,
        }
        const notThere = await ask(route, { ...mine, [part]: absent })
        const notYours = await ask(route, { ...mine, [part]: theirs[part] })
        expectNotFound(notThere, names404(part))
        assert.equal(notYours.text, notThere.text)
        assert.deepEqual(comparable(notYours), comparable(notThere))
      })
    }

    if (json !== undefined) {
      test('refuses a malformed body before it looks whether anything is there', async () => {
        const answer = await owner.send(method, path({ ...mine, user: absent }), { json: 'a string' })
        expectInvalid(answer, /^Bad Request\. Invalid body\(.*\)\.$/)
      })
    }
  })
}

/** Headers that would tell two refusals apart. */
function comparable(answer: Answer): [string, string][] {
  return [...answer.headers].filter(([name]) => name !== 'date')
}

describe('an id as written', () => {
  const malformed = [
    '0',
    '-1',
    '-0',
    '01',
    '00001',
    '+1',
    '1e0',
    '1E3',
    '1.0',
    '1.5',
    '.1',
    '1.',
    '0x1',
    '0b1',
    '1_000',
    '1,000',
    '1n',
    '%201',
    '1%20',
    '1%0A',
    '1%00',
    '%00',
    '%D9%A1',
    '%EF%BC%91',
    'one',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'true',
    '[object%20Object]',
    '1;2',
    "1'",
    '*',
    '%2A',
    '2147483648',
    '9007199254740993',
    '9'.repeat(30),
    '9'.repeat(200),
  ]
  for (const id of malformed) {
    test(`${id.slice(0, 40)} is none`, async () => {
      expectInvalid(await owner.get(`/api/users/${id}/chats`), /^Bad Request\. Invalid params\(.*\)\.$/)
      expectInvalid(await owner.get(owner.path(`/chats/${id}`)), /^Bad Request\. Invalid params\(.*\)\.$/)
    })
  }

  test('may be as large as 2147483647', async () => {
    expectNotFound(await owner.get(owner.path('/chats/2147483647')), 'Chat not found')
    expectNotFound(await owner.get('/api/users/2147483647'), 'User not found')
  })

  test('of thousands of digits is none either', async () => {
    const answer = await owner.get(owner.path(`/chats/${'9'.repeat(5000)}`))
    expectInvalid(answer, /^Bad Request\. Invalid params\(.*\)\.$/)
  })

  for (const ids of [[1.5], [0], [-1], ['1'], [2_147_483_648], [null], [[1]], [{}], 'all', 5, null, {}]) {
    test(`in a body can't be ${JSON.stringify(ids)}`, async () => {
      const answer = await owner.send('DELETE', owner.path('/chats'), { json: { chat_ids: ids } })
      expectInvalid(answer, 'Bad Request. Invalid body(chat_ids).')
    })
  }
})

describe('things of one chat', () => {
  test("aren't reachable through another chat of the same owner", async () => {
    const second = await owner.createChat()
    const paths: [string, string, 'Message not found' | 'Share not found', unknown?][] = [
      ['PATCH', `/messages/${mine.message}`, 'Message not found', { content: 'x' }],
      ['DELETE', `/messages/${mine.message}`, 'Message not found'],
      ['PATCH', `/shares/${mine.share}`, 'Share not found', { is_shared: false }],
      ['DELETE', `/shares/${mine.share}`, 'Share not found'],
      ['POST', `/shares/${mine.share}/rotate`, 'Share not found'],
      ['POST', `/shares/${mine.share}/snapshot`, 'Share not found'],
      ['POST', `/shares/${mine.share}/preview`, 'Share not found', {}],
      ['GET', `/shares/${mine.share}/whitelist-entries`, 'Share not found'],
      ['POST', `/shares/${mine.share}/whitelist-entries`, 'Share not found', ['a@example.org']],
      ['DELETE', `/shares/${mine.share}/whitelist-entries/${mine.entry}`, 'Share not found'],
    ]
    for (const [method, path, expected, json] of paths) {
      const answer = await owner.send(method, owner.path(`/chats/${second.id}${path}`), question(json))
      expectNotFound(answer, expected)
    }
    assert.equal((await owner.findShare(share)).uuid, share.uuid)
  })

  test("aren't changed by any of the refused requests above", async () => {
    assert.deepEqual(
      (await owner.listEntries(share)).map(({ id }) => id),
      [mine.entry],
    )
    const stored = expectOk(await owner.get(owner.path(`/chats/${chat.id}/messages`)), shapes.messages)
    assert.deepEqual(stored.chatMessages, chatMessages)
  })
})

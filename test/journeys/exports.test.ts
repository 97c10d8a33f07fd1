import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parse } from 'parse5'
import {
  type Answer,
  basic,
  createVisitor,
  expectOk,
  type NewMessage,
  type Person,
  signUp,
  type Visitor,
} from '../kit/client.ts'
import { expectInvalid, expectNoSession, expectNotFound } from '../kit/refusals.ts'
import { type Chat, type Message, shapes } from '../kit/shapes.ts'
import { type Server, startServer, trustsEmails } from '../kit/start-server.ts'
import { claudeExport, importFile } from '../kit/uploads.ts'

const formats = ['markdown', 'json', 'openai', 'html'] as const
const talk: NewMessage[] = [
  {
    role: 'user',
    content: 'What is $x^2$?\n\n## User\n\n<script>alert(1)</script> ![x](https://example.org/x.png)',
  },
  { role: 'assistant', content: '```js\nconst x = 1\n```\n\n\n  It is “a square” 🟦.\n' },
]

let server: Server
let ada: Person
let chat: Chat

before(async () => {
  server = await startServer({ env: trustsEmails })
  ada = await signUp(server.url)
  const { chats } = await importFile(ada, claudeExport([{ id: 'a', name: 'Größe/“x”', messages: talk }]))
  assert.ok(chats[0])
  chat = chats[0]
})
after(() => server.close())

const exportPath = (uuid: string, format: string): string =>
  `/api/shared/chats/${uuid}/export?format=${format}`

function exportOwn(person: Person, { id }: { id: number }, format: string): Promise<Answer> {
  return person.get(person.path(`/chats/${id}/export?format=${format}`))
}

async function messagesOf(person: Person, { id }: { id: number }): Promise<Message[]> {
  return expectOk(await person.get(person.path(`/chats/${id}/messages`)), shapes.messages).chatMessages
}

function withoutIds({ role, content, created_at, updated_at }: Message): object {
  return { role, content, created_at, updated_at }
}

describe('an export', () => {
  for (const format of formats) {
    it(`as ${format} is the same for its owner and for a reader of the link`, async () => {
      const share = await ada.share(chat, { is_protected: false })
      const own = await exportOwn(ada, chat, format)
      const read = await createVisitor(server.url).get(exportPath(share.uuid, format))
      assert.equal(own.status, 200)
      assert.equal(read.status, 200)
      assert.equal(read.text, own.text)
      assert.equal(read.headers.get('etag'), own.headers.get('etag'))
      assert.match(
        own.headers.get('content-disposition') ?? '',
        /^attachment; filename="[^"/\\]+\.(md|json|html)"/,
      )
    })
  }

  it('is called after the chat', async () => {
    const { headers } = await exportOwn(ada, chat, 'markdown')
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="Groe-x.md"; filename*=UTF-8''Gr%C3%B6%C3%9Fe-%E2%80%9Cx%E2%80%9D.md`,
    )
  })

  it('as JSON comes back in without loss', async () => {
    const { text } = await exportOwn(ada, chat, 'json')
    const grace = await signUp(server.url)
    const { chats } = await importFile(grace, text)
    assert.ok(chats[0])
    const { id, neptun_user_id, ...facts } = chats[0]
    assert.deepEqual({ ...chat, ...facts }, chat)
    assert.ok(id > 0 && neptun_user_id === grace.id)
    assert.deepEqual(
      (await messagesOf(grace, chats[0])).map(withoutIds),
      (await messagesOf(ada, chat)).map(withoutIds),
    )
    assert.equal((await exportOwn(grace, chats[0], 'json')).text, text)
  })

  it('as Markdown comes back in with its name, model and messages to the letter', async () => {
    const { text } = await exportOwn(ada, chat, 'markdown')
    const grace = await signUp(server.url)
    const { chats } = await importFile(grace, text)
    assert.ok(chats[0])
    assert.deepEqual([chats[0].name, chats[0].model], [chat.name, chat.model])
    assert.equal((await exportOwn(grace, chats[0], 'markdown')).text, text)
  })

  it('as OpenAI messages goes on with the conversation, and comes back in', async () => {
    const { text } = await exportOwn(ada, chat, 'openai')
    assert.deepEqual(JSON.parse(text), {
      model: chat.model,
      messages: talk.map(({ role, content }) => ({ role, content })),
    })
    assert.equal((await importFile(await signUp(server.url), text)).counts.new, 1)
  })

  it('as HTML is one file with no script, and nothing that it would load', async () => {
    const { text } = await exportOwn(ada, chat, 'html')
    assert.doesNotMatch(text, /<script|\son\w+="|page-assets/i)
    const urls = [...text.matchAll(/(?:src=|href=|url\()["']?([^"')\s>]*)/gi)].map(([, url]) => url ?? '')
    assert.ok(urls.includes('https://example.org/x.png'), 'the link to a picture elsewhere is there')
    for (const url of urls)
      assert.match(url, /^(?:data:|#|https:\/\/example\.org\/x\.png$)/, url.slice(0, 100))
    assert.match(
      text,
      /http-equiv="content-security-policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/,
    )
    assert.equal(parse(text).childNodes[0]?.nodeName, '#documentType')
  })

  it('is of nobody else, and of a known format', async () => {
    const grace = await signUp(server.url)
    expectNotFound(await exportOwn(grace, chat, 'json'), 'Chat not found')
    expectNotFound(await grace.get(ada.path(`/chats/${chat.id}/export?format=json`)), 'User not found')
    expectNoSession(await createVisitor(server.url).get(ada.path(`/chats/${chat.id}/export?format=json`)))
    expectInvalid(await exportOwn(ada, chat, 'pdf'), 'Bad Request. Invalid query(format).')
    expectInvalid(await ada.get(ada.path(`/chats/${chat.id}/export`)), 'Bad Request. Invalid query(format).')
  })

  it('shows what was changed since, and a snapshot what it froze', async () => {
    const own = await ada.createChat([{ role: 'user', content: 'before' }])
    const share = await ada.share(own, { snapshot: true })
    await exportOwn(ada, own, 'json')
    await ada.addMessages(own, [{ role: 'assistant', content: 'after' }])
    assert.match((await exportOwn(ada, own, 'json')).text, /"after"/)
    const frozen = await createVisitor(server.url).get(exportPath(share.uuid, 'json'))
    assert.match(frozen.text, /"before"/)
    assert.doesNotMatch(frozen.text, /"after"/)
  })
})

type Look = (visitor: Visitor, uuid: string, headers?: Record<string, string>) => Promise<Answer>

const ways: [name: string, look: Look][] = [
  ...formats.map((format): [string, Look] => [
    `exported as ${format}`,
    (visitor, uuid, headers) => visitor.get(exportPath(uuid, format), headers),
  ]),
  [
    'copied',
    (visitor, uuid, headers = {}) => visitor.send('POST', `/api/shared/chats/${uuid}/copy`, { headers }),
  ],
]

describe('a share is refused in the same words however it is asked for', () => {
  const cases: [name: string, body: object, headers?: Record<string, string>][] = [
    ['is paused', { is_shared: false }],
    ['has a password and none is given', { password: 'triton' }],
    ['has a password and another is given', { password: 'triton' }, { authorization: basic(':nereid') }],
    ['is private', { is_protected: true }],
    ['is for certain people', { emails: ['somebody@example.org'] }],
    [
      'has a password, and is for others',
      { password: 'triton', emails: ['a@example.org'] },
      { authorization: basic(':triton') },
    ],
  ]
  for (const [name, body, headers] of cases) {
    it(`when it ${name}`, async () => {
      const grace = await signUp(server.url)
      const { uuid } = await ada.share(await ada.createChat(), body)
      const expected = await grace.get(`/api/shared/chats/${uuid}`, headers)
      assert.ok(expected.status >= 400)
      for (const [way, look] of ways) {
        const got = await look(grace, uuid, headers)
        assert.equal(got.status, expected.status, way)
        assert.deepEqual(got.json(), expected.json(), way)
      }
    })
  }

  it('when it is not there', async () => {
    const grace = await signUp(server.url)
    for (const uuid of [crypto.randomUUID(), 'nonsense']) {
      const expected = await grace.get(`/api/shared/chats/${uuid}`)
      for (const [way, look] of ways) {
        const got = await look(grace, uuid)
        assert.deepEqual([got.status, got.json()], [404, expected.json()], way)
      }
    }
  })

  it('when its tries are used up', async () => {
    const { uuid } = await ada.share(await ada.createChat(), { password: 'triton' })
    const visitor = createVisitor(server.url)
    const wrong = { authorization: basic(':nereid') }
    const statuses: number[] = []
    for (let tries = 0; tries < 11; tries++) {
      statuses.push((await visitor.get(exportPath(uuid, 'markdown'), wrong)).status)
    }
    assert.deepEqual([statuses[9], statuses[10]], [401, 429])
  })
})

describe('an export or a copy of a share counts as a view', () => {
  it('but not for its owner, nor where nothing is read', async () => {
    const share = await ada.share(await ada.createChat())
    const grace = await signUp(server.url)
    for (const [, look] of ways) assert.equal((await look(grace, share.uuid)).status, 200)
    assert.equal((await ada.findShare(share)).view_count, ways.length)
    const path = exportPath(share.uuid, 'html')
    const { headers } = await ada.get(path)
    assert.equal((await grace.send('HEAD', path)).status, 200)
    assert.equal((await grace.get(path, { 'if-none-match': headers.get('etag') ?? '' })).status, 304)
    for (const [, look] of ways) assert.equal((await look(ada, share.uuid)).status, 200)
    assert.equal((await ada.findShare(share)).view_count, ways.length)
  })

  it('and takes one where they are limited, to the last one', async () => {
    for (const [way, look] of ways) {
      const share = await ada.share(await ada.createChat(), { max_views: 3 })
      const grace = await signUp(server.url)
      const statuses = await Promise.all(
        Array.from({ length: 8 }, async () => (await look(grace, share.uuid)).status),
      )
      assert.equal(statuses.filter((status) => status === 200).length, 3, way)
      assert.equal(statuses.filter((status) => status === 404).length, 5, way)
    }
  })
})

describe('a coding agent with nothing but the link and the password', () => {
  it('gets the chat as text, from the page and from the export', async () => {
    const own = await ada.createChat()
    const share = await ada.share(own, { password: 'triton' })
    const agent = createVisitor(server.url)
    const authorization = basic(':triton')
    const page = await agent.get(new URL(share.url).pathname, { authorization, accept: 'text/markdown' })
    const exported = await agent.get(exportPath(share.uuid, 'markdown'), { authorization })
    const { text } = await exportOwn(ada, own, 'markdown')
    for (const got of [page, exported]) {
      assert.equal(got.status, 200)
      assert.match(got.headers.get('content-type') ?? '', /^text\/markdown/)
      assert.equal(got.text, text)
    }
  })
})

describe('a reader saves a copy', () => {
  it('which is theirs, whatever becomes of the share', async () => {
    const grace = await signUp(server.url)
    const share = await ada.share(chat, { password: 'triton' })
    await grace.unlock(share.uuid, 'triton')
    const answered = await grace.send('POST', `/api/shared/chats/${share.uuid}/copy`)
    const { chat: copy } = expectOk(answered, shapes.chat)
    assert.deepEqual([copy.name, copy.model, copy.neptun_user_id], [chat.name, chat.model, grace.id])
    await ada.send('DELETE', ada.sharePath(share))
    assert.deepEqual(
      (await messagesOf(grace, copy)).map(withoutIds),
      (await messagesOf(ada, chat)).map(withoutIds),
    )
    assert.equal((await exportOwn(grace, copy, 'json')).status, 200)
  })

  it('only when signed in, even of an open share', async () => {
    const share = await ada.share(await ada.createChat())
    expectNoSession(await createVisitor(server.url).send('POST', `/api/shared/chats/${share.uuid}/copy`))
  })
})

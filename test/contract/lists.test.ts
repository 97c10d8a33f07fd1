import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createVisitor, expectOk, type Person, signUp } from '../kit/client.ts'
import { expectInvalid } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { type Server, startServer } from '../kit/start-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.close())

const list = async (person: Person, query: string) =>
  expectOk(await person.get(person.path(`/chats?${query}`)), shapes.chatsPage)
const links = async (person: Person, query: string) =>
  expectOk(await person.get(person.path(`/shares?${query}`)), shapes.sharesPage)
const found = async (person: Person, q: string) =>
  (await list(person, `q=${encodeURIComponent(q)}`)).chats.map(({ name }) => name)

const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const word = (): string => `w${randomUUID().replaceAll('-', '')}`

/** All pages of a list, one after another. */
async function pages<T>(ask: (cursor: string) => Promise<{ items: T[]; next: string | null }>): Promise<T[]> {
  const all: T[] = []
  for (let cursor = ''; ;) {
    const { items, next } = await ask(cursor)
    all.push(...items)
    if (next === null) return all
    cursor = `&cursor=${next}`
  }
}

describe('the list of chats by page', () => {
  test('has each chat once, in every order, though chats change in between', async () => {
    const person = await signUp(server.url)
    for (let n = 0; n < 11; n++) await person.createChat([], `${n % 2 ? 'b' : 'B'} chat ${n}`)
    const whole = expectOk(await person.get(person.path('/chats')), shapes.chats).chats.map(({ id }) => id)
    for (const order of ['updated_at:desc', 'created_at:asc', 'name:asc', 'model:asc,name:desc', 'id:desc']) {
      const ids = await pages(async (cursor) => {
        const page = await list(person, `limit=4&order_by=${order}${cursor}`)
        assert.equal(page.total, 11)
        return { items: page.chats.map(({ id }) => id), next: page.next_cursor }
      })
      assert.equal(ids.length, 11, order)
      assert.deepEqual(
        ids.toSorted((a, b) => a - b),
        whole.toSorted((a, b) => a - b),
        order,
      )
    }

    const first = await list(person, 'limit=4&order_by=id:asc')
    const [gone] = first.chats
    assert.ok(gone)
    expectOk(await person.send('DELETE', person.path(`/chats/${gone.id}`)), shapes.true)
    await person.createChat([], 'written meanwhile')
    const rest = await list(person, `limit=200&order_by=id:asc&cursor=${first.next_cursor}`)
    assert.equal(rest.chats.length, 8, 'nothing is skipped where something went, and what is new comes last')
    assert.equal(rest.next_cursor, null)
  })

  test('ends exactly at its last chat', async () => {
    const person = await signUp(server.url)
    assert.deepEqual(await list(person, 'limit=1'), { chats: [], next_cursor: null, total: 0 })
    for (let n = 0; n < 2; n++) await person.createChat([])
    assert.equal((await list(person, 'limit=2')).next_cursor, null)
    assert.notEqual((await list(person, 'limit=1')).next_cursor, null)
  })

  test('refuses limits, cursors and parameters that are none', async () => {
    const person = await signUp(server.url)
    await person.createChat([])
    await person.createChat([])
    const { next_cursor: cursor } = await list(person, 'limit=1')
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=1.5',
      'limit=',
      'limit=1&limit=2',
      'cursor=x',
      'cursor=',
      `cursor=${cursor}&order_by=name:asc`,
      `cursor=${forged(['updated_at:desc', 'x', 1])}`,
      `cursor=${forged(['updated_at:desc', 1])}`,
      `cursor=${forged(['updated_at:desc', 1e300, 1])}`,
      `cursor=${forged(['updated_at:desc', null, 1])}`,
      `cursor=${forged(['name:asc', 'a\0', 1])}&order_by=name:asc`,
      'shared=maybe',
      'since=yesterday',
      'source=Chat GPT',
      `q=${'x'.repeat(201)}`,
      'lmit=5',
    ]) {
      expectInvalid(await person.get(person.path(`/chats?${query}`)))
    }
    for (const query of ['order_by=url:asc', 'state=open', 'chat_id=x', 'chat_id=1,', 'q=a&lable=b']) {
      expectInvalid(await person.get(person.path(`/shares?${query}`)))
    }
    // A route that takes none refuses all.
    expectInvalid(await person.get(person.path('?verbose=1')))
  })

  test('filters by link and date', async () => {
    const person = await signUp(server.url)
    const open = await person.createChat([], 'shared')
    await person.createChat([], 'alone')
    await person.share(open)
    const names = async (query: string) => (await list(person, query)).chats.map(({ name }) => name)
    assert.deepEqual(await names('shared=yes'), ['shared'])
    assert.deepEqual(await names('shared=no'), ['alone'])
    assert.deepEqual(await names(`since=${new Date(Date.now() + 60_000).toISOString()}`), [])
    assert.equal((await names(`until=${new Date(Date.now() + 60_000).toISOString()}`)).length, 2)
    assert.equal((await names('source=here')).length, 2)
    assert.deepEqual(await names('source=chatgpt'), [])
    assert.equal((await list(person, 'shared=yes')).total, 1)
  })

  test('filters by where a chat was imported from', async () => {
    const person = await signUp(server.url)
    await person.createChat([], 'written here')
    const body = '## User\n\nHello\n\n## Assistant\n\nHi\n'
    const headers = { 'content-type': 'text/markdown' }
    const imported = await person.send('POST', person.path('/imports'), { headers, body })
    assert.equal(imported.status, 200, imported.text)
    const { sources } = expectOk(await person.get(person.path('/chat-sources')), shapes.chatSources)
    assert.equal(sources.length, 1)
    assert.equal((await list(person, `source=${sources[0]}`)).total, 1)
    assert.equal((await list(person, 'source=here')).total, 1)
  })
})

describe('the search', () => {
  let person: Person
  before(async () => {
    person = await signUp(server.url)
    await person.createChat(
      [
        { role: 'user', content: 'Where does Neptune keep its moons?' },
        { role: 'assistant', content: `${'Far away. '.repeat(60)}Triton circles it backwards, café‑style.` },
      ],
      'Planets',
    )
    await person.createChat([{ role: 'user', content: '日本語の検索はできますか' }], 'Sprachen üben')
    await person.createChat([], 'O\'Brien\'s 100% "quoted" snake_case')
  })

  test('finds words of messages at once, with the message and an excerpt around them', async () => {
    const { chats, total } = await list(person, 'q=circle%20triton')
    assert.equal(total, 1)
    const [chat] = chats
    assert.ok(chat?.match)
    assert.match(chat.match.excerpt, /^….*Triton circles it backwards/)
    assert.ok(chat.match.excerpt.length <= 210)
    const answer = expectOk(await person.get(person.path(`/chats/${chat.id}/messages`)), shapes.messages)
    assert.equal(answer.chatMessages[1]?.id, chat.match.message_id)
  })

  test('finds names, beginnings of words, and words without their accents, in any order', async () => {
    assert.deepEqual(await found(person, 'planet'), ['Planets'])
    assert.equal((await list(person, 'q=planet')).chats[0]?.match?.message_id, null)
    assert.deepEqual(await found(person, 'BACKWARDS trit'), ['Planets'])
    assert.deepEqual(await found(person, 'cafe'), ['Planets'])
    assert.deepEqual(await found(person, 'uben'), ['Sprachen üben'])
    assert.deepEqual(await found(person, 'triton-1 planets'), ['Planets'], 'the model is found too')
    assert.deepEqual(await found(person, 'triton mars'), [], 'all words have to be there')
  })

  test('finds words of scripts without spaces', async () => {
    for (const q of ['検索', '検', '日本語', '語の検'])
      assert.deepEqual(await found(person, q), ['Sprachen üben'], q)
    assert.deepEqual(await found(person, '索検'), [])
  })

  test('takes what has a meaning to databases for text', async () => {
    const odd = [
      "O'Brien's",
      '100%',
      '"quoted',
      'snake_case',
      'brien* OR',
      "') --",
      'NEAR(a b)',
      '\\',
      'a:b',
      '½',
      'ﷺ',
      '👩‍👩‍👧',
    ]
    for (const q of odd) assert.ok(Array.isArray(await found(person, q)), q)
    assert.equal((await found(person, 'snake_case 100%')).length, 1)
    assert.deepEqual(await found(person, '?!'), [], 'no word is no match')
    assert.equal((await list(person, 'q=')).total, 3, 'an empty search is none')
  })

  test('never finds what is somebody else’s', async () => {
    const stranger = await signUp(server.url)
    await stranger.createChat([{ role: 'user', content: 'my own Neptune' }], 'Mine')
    assert.deepEqual(await found(stranger, 'backwards'), [])
    assert.deepEqual(await found(stranger, 'neptune'), ['Mine'])
    assert.deepEqual(await found(stranger, `${person.id}_backwards`), [])
    assert.deepEqual(await found(person, 'neptune'), ['Planets'])
  })

  test('follows edits, renamings, deletions, copies and imports', async () => {
    const writer = await signUp(server.url)
    const [before1, after1, second, name1, name2] = [word(), word(), word(), word(), word()]
    const chat = await writer.createChat(
      [
        { role: 'user', content: before1 },
        { role: 'assistant', content: second },
      ],
      name1,
    )
    assert.equal((await found(writer, before1)).length, 1)
    const { chatMessages } = expectOk(
      await writer.get(writer.path(`/chats/${chat.id}/messages`)),
      shapes.messages,
    )
    const path = writer.path(`/chats/${chat.id}/messages/${chatMessages[0]?.id}`)
    expectOk(await writer.send('PATCH', path, { json: { content: after1 } }), shapes.message)
    assert.deepEqual([await found(writer, before1), await found(writer, after1)], [[], [name1]])
    expectOk(
      await writer.send('PATCH', writer.path(`/chats/${chat.id}`), { json: { name: name2 } }),
      shapes.chat,
    )
    assert.deepEqual([await found(writer, name1), await found(writer, name2)], [[], [name2]])

    const share = await writer.share(chat)
    const reader = await signUp(server.url)
    assert.equal((await reader.send('POST', `/api/shared/chats/${share.uuid}/copy`)).status, 200)
    assert.equal((await found(reader, after1)).length, 1)

    expectOk(await writer.send('DELETE', writer.path(`/chats/${chat.id}/messages/last`)), shapes.lastMessages)
    assert.deepEqual([await found(writer, second), await found(writer, after1)], [[], []])
    expectOk(await writer.send('DELETE', writer.path(`/chats/${chat.id}`)), shapes.true)
    assert.deepEqual(await found(writer, name2), [])
    assert.equal((await found(reader, after1)).length, 1, 'a copy is the reader’s own')
  })

  test('goes by pages, in the list’s order', async () => {
    const writer = await signUp(server.url)
    for (let n = 0; n < 7; n++)
      await writer.createChat([{ role: 'user', content: `needle ${n}` }], `chat ${n}`)
    await writer.createChat([{ role: 'user', content: 'hay' }])
    const names = await pages(async (cursor) => {
      const page = await list(writer, `limit=3&q=needle&order_by=name:desc${cursor}`)
      assert.equal(page.total, 7)
      return { items: page.chats.map(({ name }) => name), next: page.next_cursor }
    })
    assert.deepEqual(
      names,
      [6, 5, 4, 3, 2, 1, 0].map((n) => `chat ${n}`),
    )
  })
})

describe('the list of links by page', () => {
  test('searches, filters, sorts and counts', async () => {
    const person = await signUp(server.url)
    const moons = await person.createChat([{ role: 'user', content: 'Triton and Nereid' }], 'Moons')
    const stars = await person.createChat([], 'Stars')
    const main = await person.share(moons)
    const team = await person.share(moons, { label: 'For the team', password: 'sesame' })
    const paused = await person.share(stars, { is_shared: false })
    await createVisitor(server.url).readShare(main.uuid)

    const ids = async (query: string) => (await links(person, query)).shares.map(({ id }) => id)
    assert.deepEqual(await ids('limit=5&order_by=created_at:asc'), [main.id, team.id, paused.id])
    assert.deepEqual(await ids('order_by=view_count:desc&limit=1'), [main.id])
    assert.deepEqual(await ids('order_by=last_viewed_at:desc&limit=1'), [main.id])
    assert.deepEqual(await ids('order_by=name:desc&limit=1'), [paused.id])
    assert.deepEqual(await ids('state=paused'), [paused.id])
    assert.equal((await links(person, 'state=active')).total, 2)
    assert.deepEqual(await ids(`chat_id=${stars.id}`), [paused.id])
    assert.deepEqual(await ids('q=THE TEAM'), [team.id])
    assert.deepEqual(await ids(`q=${paused.uuid}`), [paused.id])
    assert.deepEqual(await ids('q=%25'), [])
    const searched = await links(person, 'q=nereid&limit=1')
    assert.equal(searched.total, 2)
    assert.equal(searched.shares[0]?.chat_name, 'Moons')
    assert.match(searched.shares[0]?.match?.excerpt ?? '', /Nereid/)
    const all = await pages(async (cursor) => {
      const page = await links(person, `limit=1${cursor}`)
      return { items: page.shares.map(({ id }) => id), next: page.next_cursor }
    })
    assert.equal(new Set(all).size, 3)
    assert.equal(all.length, 3)
    const stranger = await signUp(server.url)
    assert.deepEqual(await links(stranger, `q=${main.uuid}&chat_id=${moons.id}`), {
      shares: [],
      next_cursor: null,
      total: 0,
    })
  })

  test('pauses, resumes and deletes several at once, all or none', async () => {
    const person = await signUp(server.url)
    const stranger = await signUp(server.url)
    const shares = [
      await person.share(await person.createChat()),
      await person.share(await person.createChat()),
    ]
    const foreign = await stranger.share(await stranger.createChat())
    const share_ids = shares.map(({ id }) => id)
    const reader = createVisitor(server.url)
    const statuses = () => Promise.all(shares.map(async ({ uuid }) => (await reader.readShare(uuid)).status))

    for (const method of ['PATCH', 'DELETE'] as const) {
      const json = {
        share_ids: [...share_ids, foreign.id],
        ...(method === 'PATCH' ? { is_shared: false } : {}),
      }
      const answer = await person.send(method, person.path('/shares'), { json })
      assert.equal(answer.status, 404)
      assert.match(answer.text, /Share not found/)
    }
    assert.deepEqual(await statuses(), [200, 200])
    const paused = await person.send('PATCH', person.path('/shares'), {
      json: { share_ids, is_shared: false },
    })
    assert.deepEqual(
      expectOk(paused, shapes.shares).shares.map(({ state }) => state),
      ['paused', 'paused'],
    )
    assert.deepEqual(await statuses(), [404, 404])
    await person.send('PATCH', person.path('/shares'), { json: { share_ids, is_shared: true } })
    assert.deepEqual(await statuses(), [200, 200])
    expectOk(await person.send('DELETE', person.path('/shares'), { json: { share_ids } }), shapes.true)
    assert.deepEqual(await statuses(), [404, 404])
    assert.equal((await reader.readShare(foreign.uuid)).status, 200)
    for (const json of [{}, { share_ids: [] }, { share_ids: ['x'] }, { share_ids: Array(201).fill(1) }]) {
      expectInvalid(await person.send('DELETE', person.path('/shares'), { json }))
    }
  })
})

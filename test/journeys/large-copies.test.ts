import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, type NewMessage, type Person, signUp } from '../kit/client.ts'
import { type Chat, type Message, shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { openStoreAt } from '../kit/store.ts'
import { until } from '../kit/until.ts'

const MESSAGES = 12
const MiB = 1024 * 1024

const server = await startServer()
after(() => server.close())

/** @param bytes of each of its messages, more or less */
async function largeChat(person: Person, bytes: number): Promise<{ chat: Chat; messages: Message[] }> {
  const chat = await person.createChat([])
  const content = 'x'.repeat(bytes - 64)
  const messages: NewMessage[] = Array.from({ length: MESSAGES }, (_, index) => ({
    role: 'user',
    content: `message ${index} at version 0 ${content}`,
  }))
  return { chat, messages: await person.addMessages(chat, messages) }
}

async function readMarks(uuid: string): Promise<string[]> {
  const { status, text } = await createVisitor(server.url).readShare(uuid)
  assert.equal(status, 200)
  return text.match(/message \d+ at version \d+/g) ?? []
}

async function exported(person: Person, { id }: Chat): Promise<string> {
  return (await person.get(person.path(`/chats/${id}/export?format=openai`))).text
}

describe('large chats', () => {
  test('that are frozen twelve times at once harm nobody, and nothing is left of what was frozen before', async () => {
    const bystander = await signUp(server.url)
    const small = await bystander.share(await bystander.createChat())
    const people = await Promise.all(Array.from({ length: 3 }, () => signUp(server.url)))
    const shares = await Promise.all(
      people.map(async (person) => person.share((await largeChat(person, MiB / 4)).chat, { snapshot: true })),
    )
    const state = { isOver: false }
    const freezing = Promise.all(
      people.flatMap((person, index) =>
        Array.from({ length: 4 }, () => {
          const share = shares[index]
          assert.ok(share)
          return person.send('POST', person.sharePath(share, '/snapshot'))
        }),
      ),
    ).finally(() => (state.isOver = true))
    while (!state.isOver) {
      const answers = await Promise.all([
        createVisitor(server.url).readShare(small.uuid),
        createVisitor(server.url).get(`/shared/chats/${small.uuid}`),
        bystander.send('PATCH', bystander.path(`/chats/${small.chat_conversation_id}`), {
          json: { name: 'n' },
        }),
      ])
      for (const { request, status, text } of answers) assert.equal(status, 200, `${request} ${text}`)
    }
    for (const { status, text } of await freezing) assert.equal(status, 200, text)
    for (const { uuid } of shares) assert.equal((await readMarks(uuid)).length, MESSAGES)
    for (const person of people) {
      const { chats } = expectOk(await person.get(person.path('/chats')), shapes.chats)
      assert.equal(chats.length, 1)
    }

    const store = await openStoreAt(server.database.url)
    try {
      await until('what was replaced is removed', async () => {
        const left = await store.read.selectFrom('deleted_users').select('user_id').execute()
        return left.length === 0
      })
      const snapshots = await store.read.selectFrom('snapshots').select('id').execute()
      assert.equal(snapshots.length, shares.length)
    } finally {
      await store.close()
    }
  })

  test('that are changed while they are frozen are frozen as they were at one moment', async () => {
    const owner = await signUp(server.url)
    const { chat, messages } = await largeChat(owner, MiB)
    const share = await owner.share(chat, { snapshot: true })
    const edit = async (index: number, version: number) => {
      const { status, text } = await owner.send(
        'PATCH',
        owner.path(`/chats/${chat.id}/messages/${messages[index]?.id}`),
        { json: { content: `message ${index} at version ${version}` } },
      )
      assert.equal(status, 200, text)
    }
    let version = 0
    for (let round = 1; round <= 3; round++) {
      const before = version
      const state = { isOver: false }
      const freezing = owner
        .send('POST', owner.sharePath(share, '/snapshot'))
        .finally(() => (state.isOver = true))
      while (!state.isOver) {
        version++
        // The first one is written before the last one, at any moment.
        for (const index of [0, MESSAGES - 1]) await edit(index, version)
      }
      assert.ok(version - before > 1, 'nothing was changed while it was frozen')
      assert.equal((await freezing).status, 200)
      const marks = await readMarks(share.uuid)
      const [first = 0, last = 0] = [marks[0], marks.at(-1)].map((mark) => Number(mark?.split(' ').at(-1)))
      assert.ok(last <= first, `${first} and ${last} in one snapshot`)
    }
  })

  test('that are copied become the reader’s own, whole, and not once the share is closed', async () => {
    const owner = await signUp(server.url)
    const reader = await signUp(server.url)
    const { chat } = await largeChat(owner, MiB)
    const sent = await owner.send('POST', owner.path(`/chats/${chat.id}/files?name=moons.txt`), {
      body: 'Triton and Nereid',
      headers: { 'content-type': 'text/plain' },
    })
    const { file } = expectOk(sent, shapes.file)
    await owner.addMessages(chat, [{ role: 'user', content: `Here: ${file.markdown}` }])
    const share = await owner.share(chat, { max_views: 1 })
    const copyPath = `/api/shared/chats/${share.uuid}/copy`
    const { chat: copy } = expectOk(await reader.send('POST', copyPath), shapes.chat)
    assert.equal((await reader.send('POST', copyPath)).status, 404)
    assert.equal(copy.neptun_user_id, reader.id)
    const copied = await exported(reader, copy)
    assert.equal(copied, await exported(owner, chat))
    assert.ok(copied.includes(`base64,${btoa('Triton and Nereid')}"`))
    const read = await reader.get(reader.path(`/chats/${copy.id}/files/${file.id}`))
    assert.equal(read.text, 'Triton and Nereid')
    const { text } = await reader.get(reader.path(`/chats/${copy.id}/export?format=json`))
    const { messages, files } = JSON.parse(text) as { messages: unknown[]; files: { name: string }[] }
    assert.deepEqual([messages.length, files[0]?.name], [MESSAGES + 1, 'moons.txt'])
    const [added] = await reader.addMessages(copy, [{ role: 'user', content: 'mine' }])
    assert.equal(added?.content, 'mine')

    await owner.changeShare(share, { max_views: null })
    const copying = reader.send('POST', copyPath)
    await owner.changeShare(share, { is_shared: false })
    await owner.addMessages(chat, [{ role: 'user', content: 'written behind the closed door' }])
    const answer = await copying
    const { chats } = expectOk(await reader.get(reader.path('/chats')), shapes.chats)
    assert.equal(chats.length, answer.status === 200 ? 2 : 1)
    for (const one of chats) assert.ok(!(await exported(reader, one)).includes('behind the closed door'))
  })
})

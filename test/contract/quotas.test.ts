import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { expectOk, type Answer, type Person, signUp } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer({
  env: {
    QUOTA_MB: '2',
    QUOTA_CHATS: '4',
    QUOTA_SHARES: '2',
    COPIES_PER_HOUR: '2',
    SNAPSHOTS_PER_HOUR: '3',
  },
})
after(() => server.close())

const text = (kilobytes: number) => ({ role: 'user' as const, content: 'x'.repeat(kilobytes * 1024) })
const tryChat = (person: Person) =>
  person.send('POST', person.path('/chats'), { json: { model: 'triton-1', name: 'One more' } })
const tryMessage = (person: Person, chatId: number, kilobytes: number) => {
  const { content } = text(kilobytes)
  const json = { message: content, actor: 'user' }
  return person.send('POST', person.path(`/chats/${chatId}/messages`), { json })
}

function expectRefused(answer: Answer, status: 413 | 429, says: RegExp): void {
  assert.equal(answer.status, status, answer.text.slice(0, 500))
  assert.match(answer.text, says)
  if (status === 429) assert.ok(Number(answer.headers.get('retry-after')) > 0)
}

describe('an account', () => {
  test('stores so much text and no more, is told how much, and has room again when it deletes', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat([text(700), text(700), text(500)])
    expectRefused(
      await tryMessage(person, chat.id, 200),
      413,
      /may store 2 MiB of text and files, and has 2 MiB/,
    )
    const listed = await person.get(person.path(`/chats/${chat.id}/messages`))
    const [, , third] = expectOk(listed, shapes.messages).chatMessages
    const path = person.path(`/chats/${chat.id}/messages/${third?.id}`)
    expectRefused(await person.send('PATCH', path, { json: { content: text(700).content } }), 413, /2 MiB/)
    assert.equal((await person.send('PATCH', path, { json: { content: 'short' } })).status, 200)
    assert.equal((await tryMessage(person, chat.id, 200)).status, 200)
  })

  test('stores no more when much comes at once', async () => {
    const person = await signUp(server.url)
    const chats = [await person.createChat(), await person.createChat()]
    const file = (name: string) =>
      person.send('POST', person.path(`/chats/${chats[0]?.id}/files?name=${name}`), {
        body: Buffer.alloc(1024 * 1024, name),
        headers: { 'content-type': 'application/octet-stream' },
      })
    const answers = await Promise.all([
      ...chats.flatMap((chat) => [tryMessage(person, chat.id, 950), tryMessage(person, chat.id, 900)]),
      file('a'),
      file('b'),
      file('c'),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 200, 413, 413, 413, 413, 413],
      answers.map(({ text: answer }) => answer.slice(0, 200)).join('\n'),
    )
  })

  test('counts snapshots too', async () => {
    const person = await signUp(server.url)
    const chat = await person.createChat([text(1000)])
    const share = await person.share(chat, { snapshot: true })
    expectRefused(await tryMessage(person, chat.id, 200), 413, /2 MiB/)
    await person.changeShare(share, { snapshot: false })
    assert.equal((await tryMessage(person, chat.id, 200)).status, 200)
  })

  test('has so many chats and links', async () => {
    const person = await signUp(server.url)
    const chats = [await person.createChat(), await person.createChat(), await person.createChat()]
    assert.equal((await tryChat(person)).status, 200)
    expectRefused(await tryChat(person), 413, /may have 4 chats and has 4/)
    for (const chat of chats.slice(0, 2)) await person.share(chat)
    const third = await person.send('POST', person.path(`/chats/${chats[2]?.id}/shares`), { json: {} })
    expectRefused(third, 413, /may have 2 links and has 2/)
    const again = await person.send('POST', person.path(`/chats/${chats[0]?.id}/shares`), { json: {} })
    assert.equal(again.status, 200, 'changing a link makes none')
  })

  test('copies and freezes so often in an hour, and is told when again', async () => {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    const reader = await signUp(server.url)
    const copy = () => reader.send('POST', `/api/shared/chats/${share.uuid}/copy`)
    assert.deepEqual([(await copy()).status, (await copy()).status], [200, 200])
    expectRefused(await copy(), 429, /2 copies in an hour. Try again in \d+ minutes/)
    const freeze = () => owner.send('POST', owner.sharePath(share, '/snapshot'))
    for (let times = 0; times < 3; times++) assert.equal((await freeze()).status, 200)
    expectRefused(await freeze(), 429, /3 snapshots in an hour/)
  })

  test('is not hurt by what another one has used', async () => {
    const person = await signUp(server.url)
    await person.createChat([text(1000), text(900)])
    const other = await signUp(server.url)
    await other.createChat([text(1000), text(900)])
  })
})

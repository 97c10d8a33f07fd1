import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createVisitor, elsewhere, expectOk, greeting, type Person, signUp } from '../kit/client.ts'
import { expectInvalid, expectNotFound, expectPlain } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'

const server = await startServer()
const second = await startServer({ database: server.database })
after(async () => {
  await second.stop()
  await server.close()
})

const owner = await signUp(server.url)
const json = { model: 'triton-1', name: 'Once' }
const create = (key: string, body: object = json, who: Person = owner) =>
  who.send('POST', who.path('/chats'), { json: body, headers: { 'idempotency-key': key } })
const namesOf = async (who: Person) =>
  expectOk(await who.get(who.path('/chats')), shapes.chats).chats.map(({ name }) => name)

describe('a request that is sent again with its Idempotency-Key', () => {
  test('makes one chat, on whichever server it arrives, also at the same moment', async () => {
    const person = await signUp(server.url)
    const key = randomUUID()
    const there = elsewhere(person, second.url)
    const answers = await Promise.all(
      [person, there, person, there, person, there].map((who) => create(key, json, who)),
    )
    const ids = answers.map((answer) => expectOk(answer, shapes.chat).chat.id)
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual(await namesOf(person), ['Once'])
    const another = expectOk(await create(randomUUID(), json, person), shapes.chat).chat.id
    assert.notEqual(another, ids[0])
  })

  test('adds messages once, and answers with them as they are by now', async () => {
    const chat = await owner.createChat([{ content: 'First', role: 'user' }])
    const path = owner.path(`/chats/${chat.id}/messages`)
    const add = (body: object, key: string) =>
      owner.send('POST', path, { json: body, headers: { 'idempotency-key': key } })
    const key = randomUUID()
    const made = expectOk(await add({ messages: greeting }, key), shapes.messages).chatMessages
    await owner.addMessages(chat, [{ content: 'Later', role: 'user' }])
    assert.deepEqual(expectOk(await add({ messages: greeting }, key), shapes.messages).chatMessages, made)
    const [first, last] = made
    await owner.send('DELETE', `${path}/${first?.id}`)
    assert.deepEqual(expectOk(await add({ messages: greeting }, key), shapes.messages).chatMessages, [last])
    const one = { message: 'One', actor: 'user' }
    const oneKey = randomUUID()
    const { chatMessage } = expectOk(await add(one, oneKey), shapes.message)
    assert.deepEqual(expectOk(await add(one, oneKey), shapes.message).chatMessage, chatMessage)
    const contents = expectOk(await owner.get(path), shapes.messages).chatMessages.map(
      ({ content }) => content,
    )
    assert.deepEqual(contents, ['First', greeting[1]?.content, 'Later', 'One'])
  })

  test('is a 404 where what it made is gone', async () => {
    const key = randomUUID()
    const { id } = expectOk(await create(key), shapes.chat).chat
    await owner.send('DELETE', owner.path(`/chats/${id}`))
    expectNotFound(await create(key), 'Chat not found')
    const chat = await owner.createChat([])
    const question = {
      json: { message: 'Gone', actor: 'user' },
      headers: { 'idempotency-key': randomUUID() },
    }
    const path = owner.path(`/chats/${chat.id}/messages`)
    const { chatMessage } = expectOk(await owner.send('POST', path, question), shapes.message)
    await owner.send('DELETE', `${path}/${chatMessage.id}`)
    expectNotFound(await owner.send('POST', path, question), 'Message not found')
  })

  test('and failed before is done when it can be', async () => {
    const key = randomUUID()
    assert.equal((await create(key, { model: 'm' })).status, 400)
    assert.equal((await create(key)).status, 200)
  })
})

describe('an Idempotency-Key', () => {
  test('of another request is a 422 and changes nothing', async () => {
    const key = randomUUID()
    expectOk(await create(key), shapes.chat)
    const before = await namesOf(owner)
    expectPlain(await create(key, { ...json, name: 'Other' }), 422)
    const chat = await owner.createChat([])
    expectPlain(
      await owner.send('POST', owner.path(`/chats/${chat.id}/messages`), {
        json: { message: 'x', actor: 'user' },
        headers: { 'idempotency-key': key },
      }),
      422,
    )
    assert.deepEqual((await namesOf(owner)).toSorted(), [...before, chat.name].toSorted())
  })

  test('is an account’s own', async () => {
    const key = randomUUID()
    expectOk(await create(key), shapes.chat)
    const other = await signUp(server.url)
    const { chat } = expectOk(await create(key, json, other), shapes.chat)
    assert.equal(chat.neptun_user_id, other.id)
    const stranger = createVisitor(server.url)
    const asked = { json, headers: { 'idempotency-key': key } }
    assert.equal((await stranger.send('POST', owner.path('/chats'), asked)).status, 401)
  })

  test('that is none is a 400', async () => {
    for (const key of ['with a space', 'x'.repeat(256), 'é']) {
      expectInvalid(await create(key), 'Bad Request. Invalid headers(Idempotency-Key).')
    }
  })
})

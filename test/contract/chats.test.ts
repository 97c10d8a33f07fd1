import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createVisitor, expectOk, signUp, type Person } from '../kit/client.ts'
import { expectInvalid, expectNotFound, expectRow } from '../kit/refusals.ts'
import { shapes } from '../kit/shapes.ts'
import { startServer } from '../kit/start-server.ts'
import { untilAfter } from '../kit/until.ts'

const server = await startServer()
after(() => server.close())

const owner = await signUp(server.url)
const list = async (person: Person, query = '') =>
  expectOk(await person.get(person.path(`/chats${query}`)), shapes.chats).chats

describe('a chat', () => {
  test('is stored with its model and name, and found again', async () => {
    const json = { model: 'triton-1', name: '  The moons of Neptune 🌊 ' }
    const { chat } = expectOk(await owner.send('POST', owner.path('/chats'), { json }), shapes.chat)
    assert.equal(chat.neptun_user_id, owner.id)
    assert.equal(chat.model, 'triton-1')
    const found = expectOk(await owner.get(owner.path(`/chats/${chat.id}`)), shapes.chat).chat
    assert.deepEqual(found, chat)
  })

  test('can be renamed, which is seen in its time of change', async () => {
    const chat = await owner.createChat([])
    const json = { name: 'Rings' }
    await untilAfter(chat.updated_at)
    const answer = await owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json })
    const changed = expectOk(answer, shapes.chat).chat
    assert.deepEqual({ ...changed, updated_at: '' }, { ...chat, name: 'Rings', updated_at: '' })
    assert.ok(changed.updated_at > chat.updated_at)
    assert.deepEqual(expectOk(await owner.get(owner.path(`/chats/${chat.id}`)), shapes.chat).chat, changed)
  })

  test('keeps its name when the new one is refused', async () => {
    const chat = await owner.createChat([])
    for (const json of [{}, { name: 5 }, { name: 'n'.repeat(201) }, { name: '\ud800' }]) {
      const answer = await owner.send('PATCH', owner.path(`/chats/${chat.id}`), { json })
      expectInvalid(answer, 'Bad Request. Invalid body(name).')
    }
    assert.equal(expectOk(await owner.get(owner.path(`/chats/${chat.id}`)), shapes.chat).chat.name, chat.name)
  })

  test('is gone with its messages and its link once deleted', async () => {
    const chat = await owner.createChat()
    const share = await owner.share(chat)
    expectOk(await owner.send('DELETE', owner.path(`/chats/${chat.id}`)), shapes.true)
    expectNotFound(await owner.get(owner.path(`/chats/${chat.id}`)), 'Chat not found')
    expectNotFound(await owner.get(owner.path(`/chats/${chat.id}/messages`)), 'Chat not found')
    expectNotFound(await owner.get(owner.path(`/chats/${chat.id}/shares`)), 'Chat not found')
    expectNotFound(await owner.send('DELETE', owner.path(`/chats/${chat.id}`)), 'Chat not found')
    expectRow(await createVisitor(server.url).readShare(share.uuid), 'notFound')
    expectRow(await owner.readShare(share.uuid), 'notFound')
    const { shares } = expectOk(await owner.get(owner.path('/shares')), shapes.shares)
    assert.equal(
      shares.some(({ id }) => id === share.id),
      false,
    )
  })

  test('created after a deleted one never gets its id', async () => {
    const chat = await owner.createChat([])
    await owner.send('DELETE', owner.path(`/chats/${chat.id}`))
    assert.notEqual((await owner.createChat([])).id, chat.id)
  })
})

describe('the list of chats', () => {
  test('is empty at first, and holds only my own', async () => {
    const person = await signUp(server.url)
    assert.deepEqual(await list(person), [])
    const chat = await person.createChat([])
    assert.deepEqual(await list(person), [chat])
  })

  test('comes in the order asked for', async () => {
    const person = await signUp(server.url)
    for (const [model, name] of [
      ['b', 'two'],
      ['a', 'three'],
      ['b', 'one'],
      ['a', 'four'],
    ]) {
      await person.send('POST', person.path('/chats'), { json: { model, name } })
    }
    const names = async (order: string) => (await list(person, `?order_by=${order}`)).map(({ name }) => name)
    assert.deepEqual(await names('name:asc'), ['four', 'one', 'three', 'two'])
    assert.deepEqual(await names('name:desc'), ['two', 'three', 'one', 'four'])
    assert.deepEqual(await names('model:asc,name:desc'), ['three', 'four', 'two', 'one'])
    assert.deepEqual(await names('model:desc,name:asc'), ['one', 'two', 'four', 'three'])
    assert.deepEqual(await names('id:desc'), ['four', 'one', 'three', 'two'])
    assert.deepEqual((await names('created_at:asc,id:asc'))[0], 'two')
    const [first] = await list(person, '?order_by=id:asc')
    const newest = (await list(person)).map(({ updated_at }) => updated_at).toSorted()
    await untilAfter(newest.at(-1) ?? 0)
    await person.send('PATCH', person.path(`/chats/${first?.id}`), { json: { name: 'touched' } })
    assert.equal((await names('updated_at:desc'))[0], 'touched')
  })

  test('accepts the encoded form of the query too', async () => {
    expectOk(await owner.get(owner.path('/chats?order_by=updated_at%3Adesc%2Cname%3Aasc')), shapes.chats)
  })
})

describe('deleting several chats', () => {
  test('deletes all of them', async () => {
    const person = await signUp(server.url)
    const chats = [await person.createChat(), await person.createChat([]), await person.createChat([])]
    const json = { chat_ids: chats.slice(0, 2).map(({ id }) => id) }
    expectOk(await person.send('DELETE', person.path('/chats'), { json }), shapes.true)
    assert.deepEqual(
      (await list(person)).map(({ id }) => id),
      [chats[2]?.id],
    )
  })

  test('deletes none when one is not there, or not mine', async () => {
    const person = await signUp(server.url)
    const chats = [await person.createChat(), await person.createChat([])]
    const theirs = await owner.createChat([])
    for (const stranger of [2_147_483_647, theirs.id]) {
      const json = { chat_ids: [...chats.map(({ id }) => id), stranger] }
      expectNotFound(await person.send('DELETE', person.path('/chats'), { json }), 'Chat not found')
      assert.equal((await list(person)).length, 2)
    }
    expectOk(await owner.get(owner.path(`/chats/${theirs.id}`)), shapes.chat)
  })

  test('takes the same id twice for one', async () => {
    const person = await signUp(server.url)
    const { id } = await person.createChat([])
    const answer = await person.send('DELETE', person.path('/chats'), { json: { chat_ids: [id, id] } })
    expectOk(answer, shapes.true)
    assert.deepEqual(await list(person), [])
  })

  test('needs to be told which', async () => {
    const answer = await owner.send('DELETE', owner.path('/chats'))
    expectInvalid(answer, 'Bad Request. Invalid body(chat_ids).')
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSendingBudget } from '../concurrency/sending-budget.ts'
import { openTestStore } from '../../test/kit/store.ts'
import { insertChat } from '../storage/queries/chats.ts'
import { insertUser } from '../storage/queries/users.ts'
import { type BodyMaker, createKeptBodies } from './kept-bodies.ts'
import { SourceChanged } from './read-chat.ts'

const stays = () => new AbortController().signal
const fail = (error: unknown) => assert.ifError(error)

test('bytes that lack something for lack of time are made again after a few seconds, and kept for good only when whole', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1 })
  const { store, remove } = await openTestStore()
  t.after(remove)
  const user = await insertUser(store.write, {
    email: 'a@example.org',
    passwordHash: 'hash',
    verifiedAt: null,
    now: 1,
  })
  assert.ok(user)
  const { id, revision } = await insertChat(store.write, {
    userId: user.id,
    model: 'm',
    name: 'n',
    createdAt: 1,
  })
  const source = { kind: 'chat', id, chatId: id, revision, size: 1 } as const
  let isHurried = true
  let makings = 0
  const maker: BodyMaker = {
    format: 'page.1',
    isStored: true,
    wrapping: '',
    wrap: (kept) => [kept],
    asker: () => 'a reader',
    left: stays,
    async make() {
      makings += 1
      return { bytes: Buffer.from(isHurried ? 'partly' : 'whole'), isFinal: !isHurried }
    },
  }
  const read = async (bodies: ReturnType<typeof createKeptBodies>) =>
    Buffer.concat((await bodies.get(source, maker)).parts).toString()

  const bodies = createKeptBodies(store, createSendingBudget(1), fail)
  assert.deepEqual([await read(bodies), await read(bodies), makings], ['partly', 'partly', 1])
  isHurried = false
  t.mock.timers.tick(6000)
  assert.deepEqual([await read(bodies), makings], ['whole', 2])
  t.mock.timers.tick(6000)
  assert.deepEqual([await read(bodies), makings], ['whole', 2])
  await bodies.settled()
  assert.deepEqual([await read(createKeptBodies(store, createSendingBudget(1), fail)), makings], ['whole', 2])
})

test('of many ways in which a chat is asked for, those used last are still in memory', async (t) => {
  const { store, remove } = await openTestStore()
  t.after(remove)
  let makings = 0
  const bodies = createKeptBodies(store, createSendingBudget(1), () => undefined)
  const source = { kind: 'chat', id: 1, chatId: 1, revision: 'first', size: 1 } as const
  const megabyte = Buffer.alloc(1024 * 1024)
  const read = async (wrapping: number): Promise<void> => {
    await bodies.get(source, {
      format: 'page.1',
      isStored: false,
      wrapping: String(wrapping),
      wrap: (kept) => [kept],
      asker: () => 'a reader',
      left: stays,
      async make() {
        makings += 1
        return { bytes: megabyte, isFinal: false }
      },
    })
  }
  for (let wrapping = 0; wrapping < 100; wrapping++) await read(wrapping)
  assert.equal(makings, 100)
  await read(99)
  assert.equal(makings, 100, 'the last one is there')
  await read(0)
  assert.equal(makings, 101, 'the first one had to go: all together are more than what memory holds')
})

test('work for bytes goes on while one of those who asked is there, and ends with the last', async (t) => {
  const { store, remove } = await openTestStore()
  t.after(remove)
  const bodies = createKeptBodies(store, createSendingBudget(1), fail)
  const source = { kind: 'chat', id: 1, chatId: 1, revision: 'first', size: 1 } as const
  const makings: AbortSignal[] = []
  const ask = async (left: AbortSignal) =>
    bodies.get(source, {
      format: 'page.1',
      isStored: false,
      wrapping: '',
      wrap: (kept) => [kept],
      asker: () => 'a reader',
      left: () => left,
      make(signal) {
        makings.push(signal)
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    })
  const [first, second] = [new AbortController(), new AbortController()]
  const answers = [ask(first.signal), ask(second.signal)]
  first.abort(new Error('the first left'))
  assert.deepEqual(
    makings.map(({ aborted }) => aborted),
    [false],
  )
  second.abort(new Error('the last left'))
  const again = new AbortController()
  answers.push(ask(again.signal))
  again.abort(new Error('so did the next'))
  const settled = await Promise.allSettled(answers)
  assert.deepEqual(
    settled.map((answer) => answer.status === 'rejected' && String(answer.reason)),
    ['Error: the last left', 'Error: the last left', 'Error: so did the next'],
  )
  assert.equal(makings.length, 2)
})

test('whoever has read a chat gets it, also while another one who asked before came too late', async (t) => {
  const { store, remove } = await openTestStore()
  t.after(remove)
  const bodies = createKeptBodies(store, createSendingBudget(1), fail)
  const source = { kind: 'chat', id: 1, chatId: 1, revision: 'first', size: 1 } as const
  const read = async (make: BodyMaker['make']) =>
    bodies.get(source, {
      format: 'page.1',
      isStored: false,
      wrapping: '',
      wrap: (kept) => [kept],
      asker: () => '',
      left: stays,
      make,
    })
  const tooLate = read(() => Promise.reject(new SourceChanged()))
  const inTime = read(() => Promise.resolve({ bytes: Buffer.from('read'), isFinal: true }))
  await assert.rejects(tooLate, SourceChanged)
  assert.equal(Buffer.concat((await inTime).parts).toString(), 'read')
})

test('small bytes that are kept hold no more memory than they are', async (t) => {
  const { store, remove } = await openTestStore()
  t.after(remove)
  const bodies = createKeptBodies(store, createSendingBudget(1), fail)
  const source = { kind: 'chat', id: 1, chatId: 1, revision: 'first', size: 1 } as const
  const { parts, length } = await bodies.get(source, {
    format: 'page.1',
    isStored: false,
    wrapping: '',
    wrap: (kept) => [kept, Buffer.from(' and what is around it')],
    asker: () => 'a reader',
    left: stays,
    make: async () => ({ bytes: Buffer.from('a small chat'), isFinal: true }),
  })
  assert.equal(Buffer.concat(parts).toString(), 'a small chat and what is around it')
  assert.deepEqual(
    parts.map(({ buffer }) => buffer.byteLength),
    [length],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../../test/kit/store.ts'
import { insertChat } from '../storage/queries/chats.ts'
import { insertUser } from '../storage/queries/users.ts'
import { type BodyMaker, createKeptBodies } from './kept-bodies.ts'

const fail = (error: unknown) => assert.ifError(error)

test('bytes that lack something for lack of time are made anew after a minute, and kept for good only when whole', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] })
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
  const source = { kind: 'chat', id, revision } as const
  let isHurried = true
  let makings = 0
  const maker: BodyMaker = {
    format: 'page',
    wrapping: '',
    wrap: (kept) => kept,
    async make() {
      makings += 1
      return { source, bytes: Buffer.from(isHurried ? 'partly' : 'whole'), isFinal: !isHurried }
    },
  }
  const read = async (bodies: ReturnType<typeof createKeptBodies>) =>
    (await bodies.get(source, maker)).bytes.toString()

  const bodies = createKeptBodies(store, fail)
  assert.deepEqual([await read(bodies), await read(bodies), makings], ['partly', 'partly', 1])
  isHurried = false
  t.mock.timers.tick(61_000)
  assert.deepEqual([await read(bodies), makings], ['whole', 2])
  t.mock.timers.tick(61_000)
  assert.deepEqual([await read(bodies), makings], ['whole', 2])
  assert.deepEqual([await read(createKeptBodies(store, fail)), makings], ['whole', 2])
})

test('a chat asked for in ever new ways keeps only the last of them in memory', async (t) => {
  const { store, remove } = await openTestStore()
  t.after(remove)
  let wraps = 0
  const bodies = createKeptBodies(store, () => undefined)
  const source = { kind: 'chat', id: 1, revision: 1 } as const
  const read = async (wrapping: number): Promise<void> => {
    await bodies.get(source, {
      format: 'page',
      wrapping,
      wrap(kept) {
        wraps += 1
        return kept
      },
      make: async () => ({ source, bytes: Buffer.from('page'), isFinal: false }),
    })
  }
  for (let wrapping = 0; wrapping < 50; wrapping++) await read(wrapping)
  assert.equal(wraps, 50)
  await read(49)
  assert.equal(wraps, 50, 'the last one is there')
  await read(0)
  assert.equal(wraps, 51, 'the first one is gone')
})

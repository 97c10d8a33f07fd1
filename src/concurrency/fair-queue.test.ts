import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFairQueue, type FairQueueLimits, QueueFull } from './fair-queue.ts'

const limits: FairQueueLimits = { atOnce: 1, atOncePerKey: 1, waiting: 100, waitingPerKey: 50 }

/** Works that run until they are told to end, and the order in which they began. */
function watched(changed: Partial<FairQueueLimits> = {}) {
  const queue = createFairQueue({ ...limits, ...changed })
  const begun: string[] = []
  const ends: (() => void)[] = []
  function add(key: string, name: string, signal?: AbortSignal): Promise<string> {
    const work = (): Promise<string> => {
      begun.push(name)
      const { promise, resolve } = Promise.withResolvers<string>()
      ends.push(() => resolve(name))
      return promise
    }
    return queue.run(key, work, signal && { signal })
  }
  async function endAll(): Promise<void> {
    while (queue.running + queue.waiting > 0) {
      for (const end of ends.splice(0)) end()
      await new Promise(setImmediate)
    }
  }
  return { queue, begun, add, endAll }
}

test('who comes after a flood of another waits for one of its works, not for all', async () => {
  const { begun, add, endAll } = watched()
  const flood = Array.from({ length: 40 }, (_, index) => add('flood', `flood ${index}`))
  const stranger = add('stranger', 'stranger')
  await endAll()
  assert.equal(await stranger, 'stranger')
  assert.equal(begun[1], 'stranger')
  assert.deepEqual(
    await Promise.all(flood),
    flood.map((_, index) => `flood ${index}`),
  )
})

test('keys take turns, and works of one key keep their order', async () => {
  const { begun, add, endAll } = watched()
  const all = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => add(name.slice(0, 1), name))
  await endAll()
  await Promise.all(all)
  assert.deepEqual(begun, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('one key has only so many under way, also when nobody else waits', async () => {
  const { queue, begun, add, endAll } = watched({ atOnce: 3, atOncePerKey: 2 })
  const all = ['a1', 'a2', 'a3'].map((name) => add('a', name))
  assert.deepEqual(begun, ['a1', 'a2'])
  const other = add('b', 'b1')
  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  assert.deepEqual([queue.running, queue.waiting], [3, 1])
  await endAll()
  await Promise.all([...all, other])
  assert.deepEqual([queue.running, queue.waiting], [0, 0])
})

test('who nobody waits for any more leaves the queue', async () => {
  const { queue, begun, add, endAll } = watched()
  const first = add('a', 'a1')
  const gone = new AbortController()
  const abandoned = add('a', 'a2', gone.signal)
  const last = add('a', 'a3')
  gone.abort(new Error('left'))
  await assert.rejects(abandoned, /left/)
  assert.equal(queue.waiting, 1)
  await assert.rejects(add('a', 'a4', gone.signal), /left/)
  await endAll()
  await Promise.all([first, last])
  assert.deepEqual(begun, ['a1', 'a3'])
})

test('a full queue takes from who has most in it, and never keeps out who has least', async () => {
  const { queue, add, endAll } = watched({ waiting: 4 })
  const flood = Array.from({ length: 5 }, (_, index) => add('flood', `flood ${index}`))
  await assert.rejects(add('flood', 'one more'), QueueFull)
  const stranger = add('stranger', 'stranger')
  await assert.rejects(flood[4] ?? Promise.resolve(), QueueFull)
  assert.equal(queue.waiting, 4)
  await endAll()
  assert.equal(await stranger, 'stranger')
  assert.deepEqual(await Promise.all(flood.slice(0, 4)), ['flood 0', 'flood 1', 'flood 2', 'flood 3'])
})

test('one key has only so many waiting', async () => {
  const { add, endAll } = watched({ waitingPerKey: 2 })
  const some = ['a1', 'a2', 'a3'].map((name) => add('a', name))
  await assert.rejects(add('a', 'a4'), QueueFull)
  await endAll()
  await Promise.all(some)
})

test('work that fails fails for who asked for it, and the next one begins', async () => {
  const { add, endAll, queue } = watched()
  const failing = queue.run('a', () => Promise.reject(new Error('broken')))
  const throwing = queue.run('a', () => {
    throw new Error('broken at once')
  })
  const next = add('a', 'a3')
  await assert.rejects(failing, /broken/)
  await assert.rejects(throwing, /at once/)
  await new Promise(setImmediate)
  await endAll()
  assert.equal(await next, 'a3')
})

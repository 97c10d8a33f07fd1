import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGatherer } from './gatherer.ts'

function recorded(answer: (asked: readonly number[]) => Promise<readonly string[]>) {
  const questions: (readonly number[])[] = []
  let underWay = 0
  let most = 0
  const gather = createGatherer<number, string>({ together: 3, underWay: 2 }, async (asked) => {
    questions.push(asked)
    most = Math.max(most, ++underWay)
    try {
      return await answer(asked)
    } finally {
      underWay--
    }
  })
  return { gather, questions, mostUnderWay: () => most }
}

test('who asks together shares a question, and each gets the own answer', async () => {
  const { gather, questions } = recorded(async (asked) => asked.map((one) => `for ${one}`))
  assert.deepEqual(await Promise.all([1, 2, 3].map(gather)), ['for 1', 'for 2', 'for 3'])
  assert.equal(await gather(4), 'for 4')
  assert.deepEqual(questions, [[1, 2, 3], [4]])
})

test('questions have a largest size, and only so many are under way', async () => {
  const { gather, questions, mostUnderWay } = recorded(async (asked) => {
    await sleep(1)
    return asked.map(String)
  })
  const all = Array.from({ length: 20 }, (_, index) => index)
  assert.deepEqual(await Promise.all(all.map(gather)), all.map(String))
  assert.ok(questions.every(({ length }) => length <= 3))
  assert.equal(mostUnderWay(), 2)
})

test('a question that fails fails for those who asked it, and for nobody after', async () => {
  const { gather } = recorded(async (asked) => {
    if (asked.includes(2)) throw new Error('unreachable')
    return asked.map(String)
  })
  const together = await Promise.allSettled([1, 2, 3].map(gather))
  assert.deepEqual(
    together.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  assert.equal(await gather(4), '4')
})

test('questions that are never answered hold up nobody who comes after', { timeout: 10_000 }, async () => {
  const gather = createGatherer<number, string>(
    { together: 1, underWay: 2, stalledAfterMs: 1 },
    async (asked) => (asked.includes(0) ? new Promise(() => {}) : asked.map(String)),
  )
  void gather(0)
  void gather(0)
  assert.deepEqual(await Promise.all([1, 2, 3].map(gather)), ['1', '2', '3'])
  assert.equal(await gather(4), '4')
})

import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { createPasswordHasher, HasherBusy } from './password-hasher.ts'

const stranger = (address: string) => ({ address, device: undefined })

test('who has left gets no hash any more, and their place goes to the next', async () => {
  const hasher = createPasswordHasher()
  const stored = await hasher.hash('open sesame', 'owner', undefined)
  const leaving = new AbortController()
  const atOnce = Math.max(1, availableParallelism() - 1)
  const running = Array.from({ length: atOnce }, (_, index) =>
    hasher.verify(stored, 'open sesame', stranger(`early ${index}`), leaving.signal),
  )
  const waiting = Array.from({ length: 200 }, (_, index) =>
    hasher.verify(stored, 'open sesame', stranger(`waits ${index}`), leaving.signal),
  )
  const setting = Array.from({ length: 3 }, (_, index) =>
    hasher.hash('open sesame', `sets ${index}`, leaving.signal),
  )
  const settled = Promise.allSettled([...waiting, ...setting.slice(1)])
  leaving.abort(new Error('left'))
  const later = hasher.verify(stored, 'open sesame', stranger('later'), undefined)
  for (const result of await settled) {
    assert.equal(result.status, 'rejected')
    assert.match(String(result.reason), /left/)
  }
  assert.equal(await later, true)
  // What was under way is finished: whoever leaves has no more tries than others.
  assert.deepEqual(await Promise.all(running), Array(atOnce).fill(true))
  assert.ok(await setting[0])
})

test('a browser that got in before waits behind no stranger, however many guess', async () => {
  const hasher = createPasswordHasher()
  const stored = await hasher.hash('open sesame', 'owner', undefined)
  const leaving = new AbortController()
  const guesses = Array.from({ length: 400 }, (_, index) =>
    hasher.verify(stored, 'wrong', stranger(`guesses ${index}`), leaving.signal),
  )
  const settled = Promise.allSettled(guesses)
  await assert.rejects(hasher.verify(stored, 'open sesame', stranger('later'), undefined), HasherBusy)
  let done = 0
  for (const guess of guesses)
    guess.then(
      () => done++,
      () => undefined,
    )
  assert.equal(
    await hasher.verify(stored, 'open sesame', { address: 'home', device: 'known' }, undefined),
    true,
  )
  assert.ok(done < 100, `${done} strangers came first`)
  leaving.abort(new Error('left'))
  await settled
})

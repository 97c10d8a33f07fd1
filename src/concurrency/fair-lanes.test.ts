import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestStore } from '../../test/kit/store.ts'
import { createFairLanes } from './fair-lanes.ts'

const { store, remove } = await openTestStore()
after(remove)

test('who floods a lane stands behind who comes along later and asks once', async () => {
  // The clock stands still, so nobody has waited for too long.
  const lanes = createFairLanes(store, () => 1_000_000)
  const pace = { slowIntervalMs: 1, longestWaitMs: 60_000 }
  const order: string[] = []
  const ask = async (visitor: string) => {
    assert.equal(await lanes.pass('a share', visitor, pace), true)
    order.push(visitor)
  }
  await Promise.all([...Array.from({ length: 20 }, () => ask('flooder')), ask('newcomer')])
  assert.equal(order.length, 21)
  assert.ok(order.indexOf('newcomer') <= 1, order.join())
})

test('who would wait for too long is refused, and the others still pass', async () => {
  const clock = { now: 1_000_000 }
  const lanes = createFairLanes(store, () => clock.now)
  const pace = { slowIntervalMs: 10, longestWaitMs: 25 }
  const asked = Array.from({ length: 20 }, async (_, index) => {
    const isIn = await lanes.pass('another share', `visitor ${index}`, pace)
    clock.now += isIn ? 10 : 0
    return isIn
  })
  const passed = (await Promise.all(asked)).filter(Boolean).length
  assert.ok(passed >= 1 && passed <= 4, `${passed} passed`)
})

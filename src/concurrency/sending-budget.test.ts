import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSendingBudget, TooMuchUnderWay } from './sending-budget.ts'

describe('a budget of bytes under way', () => {
  test('lets nobody hold more than half of it, and all together no more than it', () => {
    const budget = createSendingBudget(100)
    budget.hold({}, 50, 'ada')
    assert.throws(() => budget.hold({}, 1, 'ada'), TooMuchUnderWay)
    budget.hold({}, 50, 'bo')
    assert.throws(() => budget.hold({}, 1, 'eve'), TooMuchUnderWay)
    assert.equal(budget.bytes, 100)
  })

  test('lets one answer through that is larger than all of it', () => {
    const budget = createSendingBudget(100)
    const giveBack = budget.hold({}, 500, 'ada')
    assert.throws(() => budget.hold({}, 1, 'bo'), TooMuchUnderWay)
    giveBack()
    assert.equal(budget.bytes, 0)
    budget.hold({}, 500, 'bo')
  })

  test('lets what could do without grow up to half of it', () => {
    const budget = createSendingBudget(100)
    const growing = {}
    const giveBack = budget.hold(growing, 10, 'ada')
    assert.equal(budget.grow(growing, 40), true)
    assert.equal(budget.grow(growing, 1), false)
    assert.equal(budget.bytes, 50)
    giveBack()
    assert.equal(budget.bytes, 0)
    assert.equal(budget.grow(growing, 1), false)
  })

  test('counts what is sent to many at once only once, until the last of them has it', () => {
    const budget = createSendingBudget(100)
    const bytes = {}
    const givings = [
      budget.hold(bytes, 60, 'ada'),
      budget.hold(bytes, 60, 'bo'),
      budget.hold(bytes, 60, 'eve'),
    ]
    assert.equal(budget.bytes, 60)
    assert.equal(budget.used, 0.6)
    givings[0]?.()
    givings[0]?.()
    givings[1]?.()
    assert.equal(budget.bytes, 60)
    givings[2]?.()
    assert.equal(budget.bytes, 0)
    assert.equal(budget.used, 0)
  })
})

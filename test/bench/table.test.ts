import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Sample } from '../../bench/measure.ts'
import { nearnessRow, p99Row, printMissed, printTable } from '../../bench/table.ts'

const sample = (perSecond: number, cpuMicros: number): Sample => ({
  perSecond,
  cpuMicros,
  p50: 1,
  p99: 1000 / perSecond,
  generatorLoad: 0.5,
})
const base = { name: 'the limit', samples: [sample(1000, 10)] }

describe('The bench', () => {
  it('names each budget that is missed, by requests a second or by CPU time', () => {
    const rows = [
      nearnessRow('fast', [sample(900, 11)], base, { atLeast: 0.75 }),
      nearnessRow('slow', [sample(700, 11)], base, { atLeast: 0.75 }),
      nearnessRow('dear', [sample(900, 20)], base, { atLeast: 0.75 }),
      nearnessRow('dear, where speed alone counts', [sample(900, 20)], base, {
        atLeast: 0.75,
        isSpeedAlone: true,
      }),
      nearnessRow('without a budget', [sample(1, 1000)], base),
      p99Row('long', [sample(400, 10)], base.samples, 2),
    ]
    const [title, ...missed] = printMissed(rows).split('\n')
    assert.equal(title, '3 budgets missed:')
    assert.deepEqual(
      missed.map((line) => line.trim().split(':')[0]),
      ['slow', 'dear', 'p99, long'],
    )
  })

  it('says when all budgets are met', () => {
    assert.equal(printMissed([nearnessRow('fast', base.samples, base, { atLeast: 1 })]), 'All budgets met.')
  })

  it('judges nothing in a quick run', () => {
    const rows = [nearnessRow('slow', [sample(1, 1000)], base, { atLeast: 0.75 })]
    assert.match(printTable(rows, { isJudged: true }), /missed/)
    assert.doesNotMatch(printTable(rows, { isJudged: false }), /missed|met/)
  })
})

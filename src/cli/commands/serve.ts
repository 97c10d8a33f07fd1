import { command } from '../command.ts'
import { Failure } from '../failure.ts'

const HELP = `Usage: neptun-share serve [--workers N]

Runs the server until it is stopped (Ctrl+C), as npm start does. Settings come from the environment, among them HOST
(127.0.0.1), PORT (3000), DATABASE_URL (file:./data/neptun.db, in the folder where you are) and PUBLIC_URL.

  --workers N   serve from N processes that share the port, one for each processor core at most; 1 to 256
`

export const serve = command({
  name: 'serve',
  summary: 'run a server here',
  help: HELP,
  options: { workers: { type: 'string' } },
  async run({ values, positionals }) {
    if (positionals.length > 0) {
      throw new Failure('usage', 'serve takes no arguments; settings come from the environment.')
    }
    const { readWorkerCount, runServer } = await import('../../start/run-server.ts')
    const workers = values.workers === undefined ? undefined : readWorkerCount(values.workers)
    if (values.workers !== undefined && workers === undefined) {
      throw new Failure('usage', '--workers takes a number from 1 to 256.')
    }
    await runServer(workers)
    return { json: undefined }
  },
})

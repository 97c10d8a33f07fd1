import { readServeOptions, runServer, SERVE_HELP, SERVE_OPTIONS } from '../../start/run-server.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'

const HELP = `Usage: neptun-share serve [OPTIONS]

Runs the server until it is stopped (Ctrl+C), as npm start does. Settings come from the environment, among them
DATABASE_URL (file:./data/neptun.db, in the folder where you are) and PUBLIC_URL.

${SERVE_HELP}`

export const serve = command({
  name: 'serve',
  summary: 'run a server here',
  help: HELP,
  options: SERVE_OPTIONS,
  async run({ values, positionals }) {
    if (positionals.length > 0) {
      throw new Failure('usage', 'serve takes no arguments, only options. See: neptun-share serve --help')
    }
    await runServer(readWorkers(values))
    return { json: undefined }
  },
})

function readWorkers(values: Parameters<typeof readServeOptions>[0]): number | undefined {
  try {
    return readServeOptions(values)
  } catch (error) {
    throw new Failure('usage', error instanceof Error ? error.message : String(error))
  }
}

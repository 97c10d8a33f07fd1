import { command } from '../command.ts'
import { Failure } from '../failure.ts'

const HELP = `Usage: neptun-share serve

Runs the server until it is stopped (Ctrl+C), as npm start does. Settings come from the environment, among them HOST
(127.0.0.1), PORT (3000), DATABASE_URL (file:./data/neptun.db, in the folder where you are) and PUBLIC_URL.
`

export const serve = command({
  name: 'serve',
  summary: 'run a server here',
  help: HELP,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 0) {
      throw new Failure('usage', 'serve takes no arguments; settings come from the environment.')
    }
    const server = await import('../../serve.ts')
    await server.serve()
    return { json: undefined }
  },
})

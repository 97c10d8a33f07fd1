import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { inBytes } from './in-bytes.ts'
import { DATABASE_HELP, operate } from './operate.ts'

const HELP = `Usage: neptun-share backup FILE

Writes all that the database holds into FILE, also while servers use it, and reads it back before it says so. FILE must
not be there yet. On PostgreSQL it needs pg_dump and pg_restore of the server's version or later.

${DATABASE_HELP}`

export const backup = command({
  name: 'backup',
  summary: 'write all that the database holds into a file',
  help: HELP,
  options: {},
  async run({ positionals: [file, ...more] }, { line }) {
    if (file === undefined || more.length > 0)
      throw new Failure('usage', 'Name one file. See: neptun-share backup --help')
    const bytes = await operate(async (database) => {
      const { backUp } = await import('../../operating/back-up.ts')
      return backUp(database, file)
    })
    line(`Wrote ${file}, ${inBytes(bytes)}, and read it back: it is whole.`)
    return { json: { file, bytes } }
  },
})

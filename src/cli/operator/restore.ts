import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { DATABASE_HELP, operate } from './operate.ts'

const HELP = `Usage: neptun-share restore FILE

Puts a backup into the place of the database. Stop the server first. FILE is read as a whole before anything is changed.
On SQLite, what was there before is kept beside it. On PostgreSQL, the database that DATABASE_URL names has to be empty,
and pg_restore of the server's version or later is needed.

What was deleted, paused or changed after the backup comes back with it.

${DATABASE_HELP}`

export const restore = command({
  name: 'restore',
  summary: 'put a backup into the place of the database',
  help: HELP,
  options: {},
  async run({ positionals: [file, ...more] }, { line, note }) {
    if (file === undefined || more.length > 0)
      throw new Failure('usage', 'Name one file. See: neptun-share restore --help')
    const { kept, lacksLog } = await operate(async (database) => {
      const operating = await import('../../operating/restore.ts')
      return operating.restore(database, file)
    })
    line(`Restored ${file}: it is whole.`)
    if (lacksLog) {
      note(`${file} was copied from a running server without ${file}-wal: what was written last is missing.`)
    }
    if (kept !== undefined) note(`What was there before is kept as ${kept}.`)
    note('Look at links that were paused or changed since the backup: they are as they were then.')
    return { json: { file, kept: kept ?? null, lacksLog } }
  },
})

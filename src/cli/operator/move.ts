import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { operate } from './operate.ts'

const HELP = `Usage: neptun-share move --from file:./data/neptun.db --to postgres://user:password@host/database

Copies all that a SQLite database holds into an empty PostgreSQL database: accounts with their sessions, chats, shares
with their UUIDs and passwords, and what comes next after their ids. Stop the server first. Every table is read back and
compared before anything counts; interrupted, the PostgreSQL stays empty and the move can be started again. The SQLite
file stays as it is.
`

export const move = command({
  name: 'move',
  summary: 'move from SQLite to PostgreSQL',
  help: HELP,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  async run({ values: { from = '', to = '' } }, { line }) {
    const done = await operate(async () => {
      const operating = await import('../../operating/move.ts')
      return operating.move(from, to)
    })
    if (done === undefined) throw new Failure('usage', HELP.trimEnd())
    line(done)
    return { json: { done } }
  },
})

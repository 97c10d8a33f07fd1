import { table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { styled } from '../output.ts'
import { inBytes } from './in-bytes.ts'
import { DATABASE_HELP, operate } from './operate.ts'

const HELP = `Usage: neptun-share check

Reads all of the database, also while servers use it, and changes nothing: whether it is intact, whether each row
belongs to one that is there, whether what is counted is right, and how large it is. Exit code 1 where something
is wrong.

${DATABASE_HELP}`

export const check = command({
  name: 'check',
  summary: 'read all of the database, and say whether it is right',
  help: HELP,
  options: {},
  async run({ positionals }, { line, note }) {
    if (positionals.length > 0) throw new Failure('usage', 'check takes no arguments.')
    const report = await operate(async (database) => {
      const { checkDatabase } = await import('../../operating/check-database.ts')
      return checkDatabase(database)
    })
    const sizes = Object.entries(report.bytes).map(([of, bytes]) => `${of} ${inBytes(bytes)}`)
    line([report.database, ...sizes].join(', '))
    const rows = Object.entries(report.rows).map(([name, count]) => [name, String(count)])
    if (rows.length > 0) for (const row of table(['TABLE', 'ROWS'], rows)) line(row)
    for (const text of report.notes) note(text)
    for (const text of report.problems) note(styled('red', text, process.stderr))
    if (report.problems.length > 0) return { json: report, exitCode: 1 }
    line('Everything is right.')
    return { json: report }
  },
})

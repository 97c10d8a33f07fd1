import { printableLine } from '../../terminal/printable.ts'
import { table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { localTime, styled } from '../output.ts'
import { asOwner } from '../server/api.ts'
import { findSession } from '../server/find-session.ts'
import { chooseServer } from '../server/server-address.ts'

const HELP = `Usage: neptun-share devices [--end ID]

Where your account is signed in. On a terminal a table; elsewhere a device per line, its fields separated by tabs:
id, device, since, last used (kept once a day), and "this" for the session of this command.

  --end ID      sign out there
  --server URL  the server to ask
  --json        answer as JSON: { "sessions": [{ … }] }
`

export const devices = command({
  name: 'devices',
  summary: 'where I am signed in',
  help: HELP,
  options: { end: { type: 'string' } },
  async run({ values, positionals }, output) {
    if (positionals.length > 0) throw new Failure('usage', 'devices takes no arguments.')
    const { end } = values
    if (end !== undefined && !/^[1-9]\d*$/.test(end)) {
      throw new Failure('usage', '--end takes the id of a device, as neptun-share devices lists it.')
    }
    const server = chooseServer(values.server)
    const api = asOwner(server, await findSession(server, values.server))
    if (end !== undefined) {
      await api.endSession(Number(end))
      output.note('Signed out there.')
      return { json: { ended: Number(end) } }
    }
    const sessions = await api.sessions()
    const isTerminal = process.stdout.isTTY
    const rows = sessions.map((session) => {
      const times = [session.created_at, session.last_used_at].map((time) =>
        isTerminal ? localTime(time) : time,
      )
      const client = printableLine(session.client ?? '-')
      return [String(session.id), client, ...times, session.is_this ? 'this' : isTerminal ? '' : '-']
    })
    if (isTerminal) {
      const [head = '', ...lines] = table(['ID', 'DEVICE', 'SINCE', 'LAST USED', ''], rows)
      output.line(styled('bold', head))
      for (const line of lines) output.line(line)
    } else for (const row of rows) output.line(row.join('\t'))
    return { json: { sessions } }
  },
})

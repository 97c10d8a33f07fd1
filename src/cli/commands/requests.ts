import { printableLine } from '../../terminal/printable.ts'
import { table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { localTime, type Output, styled } from '../output.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { findSession } from '../server/find-session.ts'
import { chooseServer } from '../server/server-address.ts'

const HELP = `Usage: neptun-share requests
       neptun-share requests --approve ID
       neptun-share requests --dismiss ID

Who asks to be let in to your chats: readers who have proved their email, and aren't on the list of the link. On a
terminal a table; elsewhere a request per line, its fields separated by tabs: id, email, chat, asked.

  --approve ID   add them to the link's list; where the server sends mail, they are told
  --dismiss ID   leave it as it is; they aren't told
  --server URL   the server to ask
  --json         answer as JSON
`

export const requests = command({
  name: 'requests',
  summary: 'who asks to read my chats',
  help: HELP,
  options: { approve: { type: 'string' }, dismiss: { type: 'string' } },
  async run({ values, positionals }, output) {
    const { approve, dismiss } = values
    if (positionals.length > 0 || (approve !== undefined && dismiss !== undefined)) {
      throw new Failure('usage', 'Give --approve ID or --dismiss ID. See: neptun-share requests --help')
    }
    const id = approve ?? dismiss
    if (id !== undefined && !/^[1-9]\d*$/.test(id)) {
      throw new Failure(
        'usage',
        `${JSON.stringify(id)} is no id of a request, as neptun-share requests lists it.`,
      )
    }
    const server = chooseServer(values.server)
    const api = asOwner(server, await findSession(server, values.server))
    if (approve !== undefined) {
      await api.acceptRequest(Number(approve))
      output.note('Approved: they can read it now.')
      return { json: { approved: Number(approve) } }
    }
    if (dismiss !== undefined) {
      await api.dismissRequest(Number(dismiss))
      output.note('Dismissed.')
      return { json: { dismissed: Number(dismiss) } }
    }
    return { json: await list(api, output) }
  },
})

async function list(api: OwnerApi, output: Output): Promise<unknown> {
  const asked = await api.accessRequests()
  const isTerminal = process.stdout.isTTY
  const rows = asked.map((one) => [
    String(one.id),
    printableLine(one.email),
    printableLine(one.chat_name),
    isTerminal ? localTime(one.asked_at) : one.asked_at,
  ])
  if (isTerminal && rows.length === 0) output.note('Nobody asks to be let in.')
  else if (isTerminal) {
    const [head = '', ...lines] = table(['ID', 'WHO', 'CHAT', 'ASKED'], rows)
    output.line(styled('bold', head))
    for (const line of lines) output.line(line)
  } else for (const row of rows) output.line(row.join('\t'))
  return { access_requests: asked }
}

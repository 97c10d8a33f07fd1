import { printableLine } from '../../terminal/printable.ts'
import { table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { localTime, type Output, styled } from '../output.ts'
import { readExpiry } from '../read-expiry.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { findSession } from '../server/find-session.ts'
import { chooseServer } from '../server/server-address.ts'

const HELP = `Usage: neptun-share tokens
       neptun-share tokens --new NAME [--write] [--expires WHEN]
       neptun-share tokens --revoke ID

Tokens with which programs act for your account. On a terminal a table; elsewhere a token per line, its fields separated
by tabs: id, name, scope, last used, expiry.

  --new NAME      make a token, and print it: it isn't shown again
  --write         it may change chats and links; without, it only reads
  --expires WHEN  when it ends: 12h, 7d, 2w, 2030-01-31; never unless given
  --revoke ID     end a token at once
  --server URL    the server to ask
  --json          answer as JSON

A program takes it from NEPTUN_SHARE_TOKEN, or keeps it with neptun-share login --token. Tokens make no tokens: this
command needs you to be signed in with a password.
`

export const tokens = command({
  name: 'tokens',
  summary: 'tokens for programs',
  help: HELP,
  options: {
    new: { type: 'string' },
    write: { type: 'boolean' },
    expires: { type: 'string' },
    revoke: { type: 'string' },
  },
  async run({ values, positionals }, output) {
    if (positionals.length > 0)
      throw new Failure('usage', 'tokens takes no arguments. See: neptun-share tokens --help')
    const { new: name, revoke } = values
    if (name !== undefined && revoke !== undefined)
      throw new Failure('usage', 'Give --new or --revoke, not both.')
    if (name === undefined && (values.write === true || values.expires !== undefined)) {
      throw new Failure('usage', '--write and --expires say what a new token is; name it with --new.')
    }
    if (revoke !== undefined && !/^[1-9]\d*$/.test(revoke)) {
      throw new Failure('usage', '--revoke takes the id of a token, as neptun-share tokens lists it.')
    }
    const expires = values.expires === undefined ? null : readExpiry(values.expires, Date.now())
    const server = chooseServer(values.server)
    const api = asOwner(server, await findSession(server, values.server))
    if (revoke !== undefined) {
      await api.revokeToken(Number(revoke))
      output.note('Revoked.')
      return { json: { revoked: Number(revoke) } }
    }
    if (name === undefined) return { json: await list(api, output) }
    const scope = values.write === true ? 'write' : 'read'
    const token = await api.createToken({ name, scope, expires_at: expires })
    output.note('Keep it where only its program can read it; it isn’t shown again.')
    output.line(token.token)
    return { json: { token } }
  },
})

async function list(api: OwnerApi, output: Output): Promise<unknown> {
  const made = await api.tokens()
  const isTerminal = process.stdout.isTTY
  const timeOf = (time: string | null, none: string): string =>
    time === null ? none : isTerminal ? localTime(time) : time
  const rows = made.map((token) => [
    String(token.id),
    printableLine(token.name),
    token.scope,
    timeOf(token.last_used_at, '-'),
    timeOf(token.expires_at, 'never'),
  ])
  if (isTerminal && rows.length === 0)
    output.note('You have no tokens. Make one with: neptun-share tokens --new NAME')
  else if (isTerminal) {
    const [head = '', ...lines] = table(['ID', 'NAME', 'MAY', 'LAST USED', 'ENDS'], rows)
    output.line(styled('bold', head))
    for (const line of lines) output.line(line)
  } else for (const row of rows) output.line(row.join('\t'))
  return { tokens: made }
}

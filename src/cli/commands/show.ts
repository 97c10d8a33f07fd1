import { roleOfHeading } from '../../chats/role-headings.ts'
import { printable } from '../../terminal/printable.ts'
import { parseJson } from '../../client/api-problem.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { styled } from '../output.ts'
import { readChat } from '../server/read-chat.ts'
import { readTarget } from '../target.ts'

const HELP = `Usage: neptun-share show URL [--password-file FILE]

Reads a shared chat as Markdown. Works without an account; where the link has a password it is asked for (or read as
a line from standard input). Where it is for certain people your session counts, or a code by mail, which is asked for
on a terminal. URL may also be a UUID, or the id or name of a chat of your own. Reading a link counts as a view, unless
it is yours.

  --password-file FILE  take the link's password from the first line of a file
  --server URL          the server to ask, if not the one in the URL
  --json                the chat as JSON, as export --format json writes it

Control characters and escape sequences in a chat are shown as symbols and have no effect. To keep a chat exactly as it
is, use export.
`

export const show = command({
  name: 'show',
  summary: 'read a shared chat here',
  help: HELP,
  options: { 'password-file': { type: 'string' } },
  async run({ values, positionals }, output) {
    const [text, ...more] = positionals
    if (text === undefined || more.length > 0) {
      throw new Failure('usage', 'show takes one link. See: neptun-share show --help')
    }
    const written = String(
      await readChat(readTarget(text), output.isJson ? 'json' : 'markdown', {
        server: values.server,
        passwordFile: values['password-file'],
      }),
    )
    if (output.isJson) return { json: parseJson(written) }
    output.line(coloured(printable(written.trimEnd())))
    return { json: undefined }
  },
})

/** Who spoke, at a glance. */
function coloured(markdown: string): string {
  return markdown
    .split('\n')
    .map((line, index) => {
      const role = roleOfHeading(line)
      if (role !== undefined) return styled(['bold', role === 'user' ? 'cyan' : 'green'], line)
      return index === 0 ? styled('bold', line) : line
    })
    .join('\n')
}

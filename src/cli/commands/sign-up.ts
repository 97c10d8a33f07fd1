import { printableLine } from '../../terminal/printable.ts'
import { createApi } from '../server/api.ts'
import { beginSession } from '../server/begin-session.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { askNewPassword, readPasswordFile } from '../passwords.ts'
import { chooseServer, isReadableOnTheWay } from '../server/server-address.ts'
import { askEmail } from './login.ts'

const HELP = `Usage: neptun-share sign-up [EMAIL] [--password-file FILE]

Makes an account and signs in, as login does. The password, of 8 to 256 characters, is asked for twice without showing
it; where standard input is not a terminal, its first line is the password.

  --password-file FILE  take the password from the first line of a file
  --server URL          the server to make it at
  --json                answer as JSON
`

export const signUp = command({
  name: 'sign-up',
  summary: 'make an account',
  help: HELP,
  options: { 'password-file': { type: 'string' } },
  async run({ values, positionals }, output) {
    const [givenEmail, ...more] = positionals
    if (more.length > 0)
      throw new Failure('usage', 'sign-up takes one email. See: neptun-share sign-up --help')
    const server = chooseServer(values.server)
    if (isReadableOnTheWay(server)) {
      output.note(`Careful: ${server} is not encrypted; your password can be read on the way.`)
    }
    const email = givenEmail ?? (await askEmail(server, 'sign-up'))
    const file = values['password-file']
    const password =
      file === undefined
        ? await askNewPassword(`Password for ${printableLine(email)}: `)
        : readPasswordFile(file)
    const client = createApi(server)
    const user = await beginSession(client, await client.signUp({ email, password }))
    output.note(`Made an account at ${server}, and signed in as ${user.primary_email}.`)
    return { json: { server, user } }
  },
})

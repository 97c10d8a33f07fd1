import { ask } from '../../terminal/ask.ts'
import { printableLine } from '../../terminal/printable.ts'
import { createApi } from '../server/api.ts'
import { beginSession } from '../server/begin-session.ts'
import { command, type Result } from '../command.ts'
import { Failure } from '../failure.ts'
import type { Output } from '../output.ts'
import { askPassword, readPasswordFile } from '../passwords.ts'
import { sessionOfToken } from '../server/find-session.ts'
import { chooseServer, isReadableOnTheWay } from '../server/server-address.ts'
import { saveSession } from '../server/session-file.ts'
import { isToken } from '../server/token.ts'

const HELP = `Usage: neptun-share login [EMAIL] [--password-file FILE]
       neptun-share login [EMAIL] --code
       neptun-share login --token [--password-file FILE]

Signs in and keeps the session in a file that only you can read. The password is asked for without showing it; where
standard input is not a terminal, its first line is the password.

  --code                sign in with a code from a mail, which is asked for in place of the password
  --token               sign in with a token for programs, which is asked for in place of email and password
  --password-file FILE  take the password, or the token, from the first line of a file
  --server URL          the server to sign in at
  --json                answer as JSON

The session is kept in ~/.config/neptun-share/sessions/ (XDG_CONFIG_HOME), one file per server.
Accounts are made with neptun-share sign-up, or in the browser; tokens on the account page, or with neptun-share tokens.
A token in NEPTUN_SHARE_TOKEN needs no login, wins over what is kept here, and is never written anywhere.
`

export const login = command({
  name: 'login',
  summary: 'sign in',
  help: HELP,
  options: { 'password-file': { type: 'string' }, code: { type: 'boolean' }, token: { type: 'boolean' } },
  async run({ values, positionals }, output) {
    const [givenEmail, ...more] = positionals
    if (more.length > 0) throw new Failure('usage', 'login takes one email. See: neptun-share login --help')
    const server = chooseServer(values.server)
    if (isReadableOnTheWay(server)) {
      output.note(`Careful: ${server} is not encrypted; your password can be read on the way.`)
    }
    const file = values['password-file']
    if (values.code === true && (values.token === true || file !== undefined)) {
      throw new Failure('usage', 'login --code takes neither --token nor --password-file.')
    }
    if (values.token === true) {
      if (givenEmail !== undefined) throw new Failure('usage', 'login takes an email or --token, not both.')
      return loginWithToken(server, file, output)
    }
    const email = givenEmail ?? (await askEmail(server, 'login'))
    if (values.code === true) return loginByCode(server, email, output)
    const password =
      file === undefined ? await askPassword(`Password of ${printableLine(email)}: `) : readPasswordFile(file)

    const client = createApi(server)
    const signedIn = await client.logIn({ email, password }).catch(orSay('Email or password is wrong.'))
    const user = await beginSession(client, signedIn)
    output.note(`Signed in at ${server} as ${user.primary_email}.`)
    return { json: { server, user } }
  },
})

/** What is said to whom the server doesn't let in. */
function orSay(message: string): (error: unknown) => never {
  return (error) => {
    const isWrong = error instanceof Failure && error.details['status'] === 401
    throw isWrong ? new Failure('not-signed-in', message) : error
  }
}

async function loginByCode(server: string, email: string, output: Output): Promise<Result> {
  const client = createApi(server)
  await client.askToSignIn(email)
  output.note(`If ${printableLine(email)} can sign in at ${server}, a mail with a code is on its way to it.`)
  const code = (await ask('Code from the mail: ')).trim()
  if (code === '') throw new Failure('usage', 'No code was given; nothing was done.')
  const signedIn = await client
    .logIn({ email, code })
    .catch(orSay('That code doesn’t count. Run the command again for a new one.'))
  const user = await beginSession(client, signedIn)
  output.note(`Signed in at ${server} as ${user.primary_email}.`)
  return { json: { server, user } }
}

async function loginWithToken(server: string, file: string | undefined, output: Output): Promise<Result> {
  const text = file === undefined ? await askPassword(`Token for ${server}: `) : readPasswordFile(file)
  const token = text.trim()
  if (!isToken(token)) throw new Failure('usage', 'That is no token; one begins with npt_.')
  const session = await sessionOfToken(server, token, 'The token')
  saveSession(session)
  output.note(`Signed in at ${server} as ${session.email}, with a token.`)
  return { json: { server, user: { id: session.userId, primary_email: session.email } } }
}

/** @param command which needs it */
export async function askEmail(server: string, command: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Failure('usage', `Name the account: neptun-share ${command} EMAIL`)
  const email = (await ask(`Email at ${server}: `)).trim()
  if (email === '') throw new Failure('usage', 'No email was given; nothing was done.')
  return email
}

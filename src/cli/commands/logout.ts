import { createApi } from '../server/api.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { chooseServer } from '../server/server-address.ts'
import { findKeptSession, forgetSession } from '../server/session-file.ts'
import { isToken } from '../server/token.ts'

const HELP = `Usage: neptun-share logout

Ends the session at the server and removes its file. A token that login has kept is only forgotten here.

  --server URL  the server to sign out of
  --json        answer as JSON
`

export const logout = command({
  name: 'logout',
  summary: 'sign out',
  help: HELP,
  options: {},
  async run({ values, positionals }, output) {
    if (positionals.length > 0) throw new Failure('usage', 'logout takes no arguments.')
    const server = chooseServer(values.server)
    const session = findKeptSession(server)
    if (session === undefined) {
      output.note(`You are not signed in at ${server}.`)
      return { json: { server, signed_out: false } }
    }
    forgetSession(server)
    if (isToken(session.token)) {
      output.note(
        `Forgot the token for ${server} here. It stays valid until it is revoked on the account page.`,
      )
      return { json: { server, signed_out: true } }
    }
    try {
      await createApi(server, session).logOut()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      throw new Failure(
        error.code,
        `The session is forgotten here, but not ended at the server, where it lasts for some days. ${error.message}`,
      )
    }
    output.note(`Signed out of ${server}.`)
    return { json: { server, signed_out: true } }
  },
})

import { Failure } from '../failure.ts'
import { createApi, strangeAnswer } from './api.ts'
import { chooseServer } from './server-address.ts'
import { findKeptSession, type Session } from './session-file.ts'
import { isToken } from './token.ts'

const VARIABLE = 'NEPTUN_SHARE_TOKEN'

/**
 * Who one is at a server: by the token in the environment, which wins, else by what `login` has kept. The environment's
 * token goes to the server that was chosen and to none that a link names.
 *
 * @param given the server given as an option
 * @throws Failure when the environment's token doesn't count there
 */
export async function findSession(server: string, given: string | undefined): Promise<Session | undefined> {
  const token = process.env[VARIABLE]?.trim()
  if (!token || server !== chooseServer(given)) return findKeptSession(server)
  if (!isToken(token)) throw new Failure('usage', `${VARIABLE} holds no token; one begins with npt_.`)
  return sessionOfToken(server, token, `The token in ${VARIABLE}`)
}

/** Asks a server whose a token is. @param name what the token is called where it doesn't count */
export async function sessionOfToken(server: string, token: string, name: string): Promise<Session> {
  const wrong = new Failure('not-signed-in', `${name} is wrong, has expired or was revoked at ${server}.`)
  const client = createApi(server, { server, userId: 0, email: '', token })
  const user = await client.whoAmI().catch((error: unknown) => {
    throw error instanceof Failure && error.code === 'not-signed-in' ? wrong : error
  })
  if (user === undefined) throw strangeAnswer(server)
  return { server, userId: user.id, email: user.primary_email, token }
}

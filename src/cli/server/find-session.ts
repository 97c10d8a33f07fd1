import { Check } from 'typebox/value'
import { SessionAnswer } from '../../contract/accounts.ts'
import { Failure } from '../failure.ts'
import { createApi, failureOf, parseJson, strangeAnswer } from './api.ts'
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
  const bearer = createApi(server, { server, userId: 0, email: '', token })
  const answer = await bearer.send('GET', '/api/auth/session')
  if (answer.status === 401) {
    throw new Failure('not-signed-in', `${name} is wrong, has expired or was revoked at ${server}.`)
  }
  if (answer.status !== 200) throw failureOf(answer, server)
  const value = parseJson(answer.text)
  if (!Check(SessionAnswer, value) || value === null) throw strangeAnswer(server)
  return { server, userId: value.user.id, email: value.user.primary_email, token }
}

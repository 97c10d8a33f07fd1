import { Check } from 'typebox/value'
import { SignedIn } from '../../contract/accounts.ts'
import { type Answer, createApi, parseJson, strangeAnswer } from './api.ts'
import { saveSession } from './session-file.ts'

/** Keeps the session that a server began with this answer. @throws Failure when it can't be kept; it is ended then */
export async function beginSession(server: string, answer: Answer) {
  const signedIn = parseJson(answer.text)
  const token = answer.headers
    .getSetCookie()
    .map((cookie) => /^(?:__Host-)?neptun-session=([^;]+)/.exec(cookie)?.[1])
    .find((value) => value !== undefined)
  if (!Check(SignedIn, signedIn) || token === undefined) throw strangeAnswer(server)
  const { user } = signedIn
  const session = { server, userId: user.id, email: user.primary_email, token }
  try {
    saveSession(session)
  } catch (error) {
    // It couldn't be saved, so end it: a session that nobody can use would last for days.
    await createApi(server, session).send('POST', '/api/auth/logout')
    throw error
  }
  return user
}

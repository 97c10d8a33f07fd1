import type { Client } from '../../client/client.ts'
import type { SignedInUser } from '../../client/types.ts'
import { strangeAnswer } from './api.ts'
import { saveSession } from './session-file.ts'

/** Keeps the session that a server has begun. @throws Failure when it can't be kept; it is ended then */
export async function beginSession(client: Client, user: SignedInUser): Promise<SignedInUser> {
  const { server, session: token } = client
  if (token === undefined) throw strangeAnswer(server)
  try {
    saveSession({ server, userId: user.id, email: user.primary_email, token })
  } catch (error) {
    // It couldn't be saved, so end it: a session that nobody can use would last for days.
    await client.logOut()
    throw error
  }
  return user
}

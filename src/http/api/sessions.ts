import { logOutEverywhere } from '../../actions/accounts/log-out.ts'
import { endSession, listSessions } from '../../actions/accounts/sessions.ts'
import { UserParams } from '../../contract/common.ts'
import { SessionParams, SessionsAnswer } from '../../contract/signed-in.ts'
import { actorOf } from '../input/actor.ts'
import { isoTime } from '../output/present.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { done, forbidden, ok, ownerErrors } from './documented.ts'

const shared = { access: 'owner', tag: 'Accounts' } as const
const PATH = '/api/users/{user_id}/sessions'
const byToken = forbidden('A token opens no sessions')

export const listSessionsEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: PATH,
  summary: 'Where I am signed in',
  params: UserParams,
  answers: { ...ok(SessionsAnswer, 'The one used last first'), ...ownerErrors, ...byToken },
  async handle({ params, tokenHash }, context) {
    const sessions = await listSessions(context, params.user_id, tokenHash)
    return {
      body: {
        sessions: sessions.map(({ id, createdAt, lastUsedAt, client, isThis }) => ({
          id,
          created_at: isoTime(createdAt),
          last_used_at: isoTime(lastUsedAt),
          client,
          is_this: isThis,
        })),
      },
    }
  },
})

export const endSessionEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  path: `${PATH}/{session_id}`,
  summary: 'Sign out on one device',
  params: SessionParams,
  answers: { ...done, ...ownerErrors, ...byToken },
  async handle(asked, context, settings) {
    const { params, tokenHash } = asked
    const wasThis = await endSession(context, params.user_id, params.session_id, tokenHash, actorOf(asked))
    return { body: true, ...(wasThis ? { cookies: settings.sessionCookies('') } : {}) }
  },
})

export const endSessionsEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  path: PATH,
  summary: 'Sign out everywhere, here too',
  description: 'Tokens of programs stay: they are revoked one by one.',
  params: UserParams,
  answers: { ...done, ...ownerErrors, ...byToken },
  async handle(asked, context, settings) {
    await logOutEverywhere(context, asked.params.user_id, actorOf(asked))
    return { body: true, cookies: settings.sessionCookies('') }
  },
})

import type { Static } from 'typebox'
import {
  type AccessToken,
  createToken,
  listTokens,
  revokeToken,
} from '../../actions/accounts/access-tokens.ts'
import { Refusal } from '../../actions/refusal.ts'
import { ApiError, UserParams } from '../../contract/common.ts'
import {
  type AccessToken as AccessTokenSchema,
  CreateTokenBody,
  TokenCreated,
  TokenParams,
  TokensAnswer,
} from '../../contract/signed-in.ts'
import { actorOf } from '../input/actor.ts'
import { readExpiry } from '../input/read-expiry.ts'
import { isoTime, isoTimeOrNull } from '../output/present.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { done, forbidden, ok, ownerErrors } from './documented.ts'

const shared = { access: 'owner', tag: 'Accounts' } as const
const PATH = '/api/users/{user_id}/tokens'
const byToken = forbidden('A token opens no tokens')

export const listTokensEndpoint = endpoint({
  ...shared,
  method: 'GET',
  path: PATH,
  summary: 'My tokens for programs',
  params: UserParams,
  answers: { ...ok(TokensAnswer, 'The newest first'), ...ownerErrors, ...byToken },
  async handle({ params }, context) {
    return { body: { tokens: (await listTokens(context, params.user_id)).map(presentToken) } }
  },
})

export const createTokenEndpoint = endpoint({
  ...shared,
  method: 'POST',
  path: PATH,
  summary: 'Make a token with which a program acts for me',
  description: 'The answer holds the token, once. Send it as `Authorization: Bearer npt_…`.',
  params: UserParams,
  body: [CreateTokenBody],
  answers: {
    ...ok(TokenCreated, 'The token: keep it, nobody tells it again'),
    ...ownerErrors,
    ...byToken,
    413: { description: 'The account has as many tokens as it may have', schema: ApiError },
  },
  async handle(asked, context) {
    const { session, body } = asked
    if (!session) throw new Refusal({ code: 'no-session' })
    const expiresAt = typeof body.expires_at === 'string' ? readExpiry(body.expires_at) : null
    const wanted = { name: body.name.trim(), scope: body.scope, expiresAt }
    const { token, text } = await createToken(context, session, wanted, actorOf(asked))
    return { body: { token: { ...presentToken(token), token: text } } }
  },
})

export const revokeTokenEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  path: `${PATH}/{token_id}`,
  summary: 'Revoke a token, at once',
  params: TokenParams,
  answers: { ...done, ...ownerErrors, ...byToken },
  async handle(asked, context) {
    await revokeToken(context, asked.params.user_id, asked.params.token_id, actorOf(asked))
    return { body: true }
  },
})

function presentToken(token: AccessToken): Static<typeof AccessTokenSchema> {
  return {
    id: token.id,
    name: token.name,
    scope: token.scope,
    created_at: isoTime(token.createdAt),
    last_used_at: isoTimeOrNull(token.lastUsedAt),
    expires_at: isoTimeOrNull(token.expiresAt),
  }
}

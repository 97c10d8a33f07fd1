import { changeAccount, deleteAccount, getAccount } from '../../actions/accounts/account.ts'
import { logOutEverywhere } from '../../actions/accounts/log-out.ts'
import { ChangeUserBody, UserAnswer } from '../../contract/accounts.ts'
import { UserParams } from '../../contract/common.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { presentUser } from '../output/present.ts'
import { authError, done, forbidden, ok, ownerErrors, tooManyTries } from './documented.ts'

const shared = { path: '/api/users/{user_id}', access: 'owner', tag: 'Accounts', params: UserParams } as const

export const getUserEndpoint = endpoint({
  ...shared,
  method: 'GET',
  summary: 'My account',
  answers: { ...ok(UserAnswer), ...ownerErrors },
  async handle({ params }, context) {
    return { body: presentUser(await getAccount(context, params.user_id)) }
  },
})

export const changeUserEndpoint = endpoint({
  ...shared,
  method: 'PATCH',
  summary: 'Change email or password',
  description: 'A changed email is unverified again; a changed password ends all sessions but this one.',
  body: [ChangeUserBody],
  answers: {
    ...ok(UserAnswer),
    ...ownerErrors,
    ...forbidden('The current password is not right'),
    ...authError(409, 'The email has an account already'),
    ...tooManyTries,
  },
  async handle({ params, body, from }, context, settings) {
    const input = { email: body.email, password: body.password, currentPassword: body.current_password }
    const { user, session, device } = await changeAccount(context, params.user_id, input, from)
    return {
      body: presentUser(user),
      cookies: [...(session ? settings.sessionCookies(session.token) : []), settings.deviceCookie(device)],
    }
  },
})

export const deleteUserEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  summary: 'Delete my account with all its chats and shares',
  answers: { ...done, ...ownerErrors },
  async handle({ params }, context, settings) {
    await deleteAccount(context, params.user_id)
    return { body: true, cookies: settings.sessionCookies('') }
  },
})

export const deleteSessionsEndpoint = endpoint({
  ...shared,
  path: '/api/users/{user_id}/sessions',
  method: 'DELETE',
  summary: 'Sign out everywhere, here too',
  answers: { ...done, ...ownerErrors },
  async handle({ params }, context, settings) {
    await logOutEverywhere(context, params.user_id)
    return { body: true, cookies: settings.sessionCookies('') }
  },
})

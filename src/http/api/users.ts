import { changeAccount, deleteAccount, getAccount } from '../../actions/accounts/account.ts'
import { askToConfirm, confirmEmail } from '../../actions/accounts/confirm-email.ts'
import { ChangeUserBody, ConfirmEmailBody, DeleteUserBody, UserAnswer } from '../../contract/accounts.ts'
import { UserParams } from '../../contract/common.ts'
import { Refusal } from '../../actions/refusal.ts'
import { actorOf } from '../input/actor.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { presentUser } from '../output/present.ts'
import { authError, done, forbidden, noMail, ok, ownerErrors, tooManyTries } from './documented.ts'

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
  description:
    'A changed email is unverified again; a changed password ends all sessions but this one. Without `current_password`, a session that began with a code in the last 10 minutes sets a new password.',
  body: [ChangeUserBody],
  answers: {
    ...ok(UserAnswer),
    ...ownerErrors,
    ...forbidden('The current password is not right'),
    ...authError(409, 'The email has an account already'),
    ...tooManyTries,
  },
  async handle(asked, context, settings) {
    const { session, body, from, request } = asked
    if (!session) throw new Refusal({ code: 'no-session' })
    const input = {
      email: body.email,
      password: body.password,
      currentPassword: body.current_password,
      origin: settings.pageOrigin(request),
    }
    const { user, session: next, device } = await changeAccount(context, session, input, from, actorOf(asked))
    return {
      body: presentUser(user),
      cookies: [...(next ? settings.sessionCookies(next.token) : []), settings.deviceCookie(device)],
    }
  },
})

export const deleteUserEndpoint = endpoint({
  ...shared,
  method: 'DELETE',
  summary: 'Delete my account with all its chats and shares',
  description: 'Takes the current password, unless the session began in the last 10 minutes.',
  body: [DeleteUserBody],
  answers: {
    ...done,
    ...ownerErrors,
    ...forbidden('The current password is missing or not right'),
    ...tooManyTries,
  },
  async handle({ session, body, from }, context, settings) {
    if (!session) throw new Refusal({ code: 'no-session' })
    await deleteAccount(context, session, body.current_password, from)
    return { body: true, cookies: settings.sessionCookies('') }
  },
})

export const confirmEmailEndpoint = endpoint({
  ...shared,
  path: '/api/users/{user_id}/email-verification',
  method: 'POST',
  summary: 'Have a code sent to my address, or confirm the address with it',
  body: [ConfirmEmailBody],
  answers: {
    ...ok(UserAnswer, 'The address is verified'),
    204: { description: 'A code is on its way, unless the address is verified already' },
    ...ownerErrors,
    ...forbidden('The code is wrong, or counts no longer'),
    ...tooManyTries,
    ...noMail,
  },
  async handle(asked, context, settings) {
    const { params, body, from, request } = asked
    if (body.code !== undefined) {
      const user = await confirmEmail(context, params.user_id, body.code, from, actorOf(asked))
      return { body: presentUser(user) }
    }
    await askToConfirm(context, params.user_id, settings.pageOrigin(request), from)
    return { status: 204 }
  },
})

import { SignInMethods } from '../../contract/accounts.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { ok } from './documented.ts'

export const signInMethodsEndpoint = endpoint({
  method: 'GET',
  path: '/api/auth/methods',
  access: 'anyone',
  tag: 'Accounts',
  takesTokens: true,
  errors: 'auth',
  summary: 'How one signs in here, and who may sign up',
  answers: ok(SignInMethods),
  handle: (_asked, { policy, signOn }) => ({
    body: {
      password: policy.passwordSignIn,
      sign_up: policy.signUp,
      single_sign_on: signOn ? { name: signOn.name } : null,
    },
  }),
})

import type { Context } from '../context.ts'

/** How somebody without an account gets one by themselves; `code` where the server has nothing but mail to know them by. */
type SignUpWay = 'password' | 'code' | 'sign-on' | 'none'

export function signUpWay({ policy, signOn }: Pick<Context, 'policy' | 'signOn'>): SignUpWay {
  if (policy.signUp === 'closed') return 'none'
  if (policy.signUp === 'oidc') return 'sign-on'
  if (policy.passwordSignIn) return 'password'
  return signOn ? 'sign-on' : 'code'
}

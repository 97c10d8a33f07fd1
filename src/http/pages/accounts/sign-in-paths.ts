/** Where to sign in and come back to `next` after. */
export function signInPath(next: string): string {
  return withNext('/sign-in', next)
}

export function signUpPath(next: string): string {
  return withNext('/sign-up', next)
}

/** Where signing in by the provider begins. */
export const SIGN_ON = '/auth/oidc'

export function signOnPath(next: string): string {
  return withNext(SIGN_ON, next)
}

/** Where to sign in with a code sent by mail. */
export function codeSignInPath(next: string): string {
  return withNext('/sign-in/code', next)
}

/** Where to set a password anew after that. */
export function newPasswordPath(next: string): string {
  return withNext('/sign-in/new-password', next)
}

export function confirmEmailPath(next: string): string {
  return withNext('/confirm-email', next)
}

function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next).replaceAll('%2F', '/')}`
}

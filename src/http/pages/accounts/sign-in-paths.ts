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

function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next).replaceAll('%2F', '/')}`
}

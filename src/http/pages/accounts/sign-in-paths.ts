/** Where to sign in and come back to `next` after. */
export function signInPath(next: string): string {
  return withNext('/sign-in', next)
}

export function signUpPath(next: string): string {
  return withNext('/sign-up', next)
}

function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next).replaceAll('%2F', '/')}`
}

/** Somebody waits for the session to come back. */
interface Waiting {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

let waiting: Waiting | undefined
const listeners = new Set<() => void>()

/** Thrown where a session ended and its owner didn't sign in again. */
class SessionEnded extends Error {
  override readonly name = 'SessionEnded'
}

/** Asks to sign in again; all requests that find the session ended wait for the same dialog. */
export function signInAgain(): Promise<void> {
  if (!waiting) {
    waiting = Promise.withResolvers<void>()
    tell()
  }
  return waiting.promise
}

export function signedInAgain(): void {
  waiting?.resolve()
  waiting = undefined
  tell()
}

/** Goes on without a session; what waits fails, and what was written stays where it is. */
export function staySignedOut(): void {
  waiting?.reject(new SessionEnded('You are signed out. Sign in to save this.'))
  waiting = undefined
  tell()
}

export function isWaitingForSignIn(): boolean {
  return waiting !== undefined
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}

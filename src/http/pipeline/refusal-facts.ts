import type { RefusalReason } from '../../actions/refusal.ts'
import type { ErrorFacts } from './error-body.ts'

/**
 * What each refusal is in HTTP: the only place that knows.
 *
 * @param expected names of the fields of that part of the request, for a 400
 */
export function refusalFacts(reason: RefusalReason, expected: string): ErrorFacts & { retryAfter?: number } {
  switch (reason.code) {
    case 'no-session':
      return { status: 401, message: 'You are not signed in, or your session has ended.' }
    case 'invalid-credentials':
      return { status: 401, message: 'Invalid credentials' }
    case 'wrong-current-password':
      return { status: 403, message: 'The current password is not right.' }
    case 'current-password-needed':
      return {
        status: 403,
        message: 'Send the current password as current_password, or sign in again before.',
      }
    case 'sign-up-closed':
      return { status: 403, message: 'Sign-up is closed on this server; ask its operator for an account.' }
    case 'email-taken':
      return { status: 409, message: 'This email has an account already; sign in instead.' }
    case 'user-not-found':
      return { status: 404, message: 'User not found' }
    case 'chat-not-found':
      return { status: 404, message: 'Chat not found' }
    case 'message-not-found':
      return { status: 404, message: 'Message not found' }
    case 'share-not-found':
      return { status: 404, message: 'Share not found' }
    case 'share-replaced':
      return { status: 409, message: 'The chat has another link by now; delete that one first.' }
    case 'whitelist-entry-not-found':
      return { status: 404, message: 'Whitelist entry not found' }
    case 'route-not-found':
      return { status: 404, message: 'Route not found' }
    case 'busy':
      return { status: 503, message: 'Others are being served. Try again in a minute.', retryAfter: 60 }
    case 'invalid-input':
      return {
        status: 400,
        statusMessage: `Bad Request. Invalid ${reason.part}(${expected}).`,
        message: reason.issues
          .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
          .join('; '),
        issues: reason.issues,
      }
    case 'too-large':
      return { status: 413, message: reason.message }
    case 'too-often':
      return { status: 429, message: reason.message, retryAfter: reason.retryAfterSeconds }
    case 'too-many-tries':
      return {
        status: 429,
        message: 'Too many attempts. Try again later.',
        retryAfter: reason.retryAfterSeconds,
      }
  }
}

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
    case 'wrong-token':
      return { status: 401, message: 'This token is wrong, has expired or was revoked. Make a new one.' }
    case 'token-only-reads':
      return { status: 403, message: 'This token may only read. Make one with the scope "write".' }
    case 'token-refused':
      return {
        status: 403,
        message: 'A token opens no accounts, sessions, tokens or webhooks. Sign in for that.',
      }
    case 'token-not-found':
      return { status: 404, message: 'Token not found' }
    case 'webhook-not-found':
      return { status: 404, message: 'Webhook not found' }
    case 'session-not-found':
      return { status: 404, message: 'Session not found' }
    case 'wrong-passkey':
      return { status: 401, message: 'This passkey is not known here. Try another way.' }
    case 'passkey-not-found':
      return { status: 404, message: 'Passkey not found' }
    case 'wrong-current-password':
      return { status: 403, message: 'The current password is not right.' }
    case 'current-password-needed':
      return {
        status: 403,
        message: 'Send the current password as current_password, or sign in again before.',
      }
    case 'wrong-code':
      return { status: 403, message: 'The code is not right, or it no longer counts. Ask for a new one.' }
    case 'no-mail':
      return { status: 503, message: 'This server sends no mail.' }
    case 'email-unconfirmed':
      return { status: 403, message: 'Confirm the address of your own account first.' }
    case 'sign-up-closed':
      return { status: 403, message: 'Sign-up is closed on this server; ask its operator for an account.' }
    case 'sign-up-elsewhere':
      return {
        status: 403,
        message: `Accounts are made by signing in ${reason.way === 'code' ? 'by a code from a mail' : 'with single sign-on'} here.`,
      }
    case 'password-sign-in-off':
      return {
        status: 403,
        message: 'This server takes no passwords; sign in by a code from a mail, or with single sign-on.',
      }
    case 'sign-on-without-email':
      return { status: 403, message: 'The sign-on service tells no email.' }
    case 'sign-on-email-unverified':
      return { status: 403, message: 'The sign-on service has not verified the email.' }
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
    case 'access-request-not-found':
      return { status: 404, message: 'Access request not found' }
    case 'file-not-found':
      return { status: 404, message: 'File not found' }
    case 'route-not-found':
      return { status: 404, message: 'Route not found' }
    case 'bad-idempotency-key': {
      const message =
        'An Idempotency-Key has 1 to 255 visible ASCII characters and no spaces, such as a UUID.'
      const issues = [{ code: 'custom', message, path: ['Idempotency-Key'] }]
      return { status: 400, statusMessage: 'Bad Request. Invalid headers(Idempotency-Key).', message, issues }
    }
    case 'key-of-another-request':
      return {
        status: 422,
        message: 'This Idempotency-Key was sent with another request. Use a new one for each.',
      }
    case 'secrets':
      return { status: 409, message: secretsMessage(reason.findings.length), findings: reason.findings }
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

function secretsMessage(count: number): string {
  const secrets = count === 1 ? 'a secret' : `${count} secrets`
  return `There ${count === 1 ? 'is' : 'are'} ${secrets} in this chat, and this server makes no link that others could open to it. Take them out of the chat first.`
}

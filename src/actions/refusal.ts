import type { ChatFinding } from './scanning/scan-chat.ts'

/** One thing that is wrong with what was sent; `path` leads to it. */
export interface InputIssue {
  readonly code: string
  readonly message: string
  readonly path: readonly (string | number)[]
}

/** Why an action was refused; HTTP statuses are somebody else's business. */
export type RefusalReason =
  | { readonly code: 'no-session' }
  | { readonly code: 'invalid-credentials' }
  /** a program's token is wrong, has expired or was revoked */
  | { readonly code: 'wrong-token' }
  /** a token may only read */
  | { readonly code: 'token-only-reads' }
  /** accounts, sessions and tokens are out of tokens' reach */
  | { readonly code: 'token-refused' }
  | { readonly code: 'token-not-found' }
  | { readonly code: 'webhook-not-found' }
  | { readonly code: 'session-not-found' }
  /** of no account, or what it signed isn't what it was asked to */
  | { readonly code: 'wrong-passkey' }
  | { readonly code: 'passkey-not-found' }
  | { readonly code: 'wrong-current-password' }
  | { readonly code: 'current-password-needed' }
  | { readonly code: 'wrong-code' }
  | { readonly code: 'no-mail' }
  | { readonly code: 'email-unconfirmed' }
  | { readonly code: 'sign-up-closed' }
  /** accounts are made by signing in at the provider alone, or by a code */
  | { readonly code: 'sign-up-elsewhere'; readonly way: 'sign-on' | 'code' }
  | { readonly code: 'password-sign-in-off' }
  /** a provider tells no email */
  | { readonly code: 'sign-on-without-email' }
  /** an account has the email, and the provider hasn't verified that it is theirs */
  | { readonly code: 'sign-on-email-unverified'; readonly email: string }
  | { readonly code: 'email-taken' }
  | { readonly code: 'user-not-found' }
  | { readonly code: 'chat-not-found' }
  | { readonly code: 'message-not-found' }
  | { readonly code: 'share-not-found' }
  /** the chat has another share by now */
  | { readonly code: 'share-replaced' }
  | { readonly code: 'whitelist-entry-not-found' }
  | { readonly code: 'access-request-not-found' }
  | { readonly code: 'file-not-found' }
  | { readonly code: 'route-not-found' }
  | { readonly code: 'bad-idempotency-key' }
  /** it names a request that asked for something else */
  | { readonly code: 'key-of-another-request' }
  /** the server refuses links to chats with secrets in them */
  | { readonly code: 'secrets'; readonly findings: readonly ChatFinding[] }
  /** others are being served */
  | { readonly code: 'busy' }
  | {
      readonly code: 'invalid-input'
      readonly part: 'body' | 'query' | 'params'
      readonly issues: readonly InputIssue[]
    }
  /** what was sent is more than anybody needs */
  | { readonly code: 'too-large'; readonly message: string }
  | { readonly code: 'too-many-tries'; readonly retryAfterSeconds: number }
  /** an account did something as often as it may */
  | { readonly code: 'too-often'; readonly message: string; readonly retryAfterSeconds: number }

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    super(reason.code)
    this.reason = reason
  }
}

/** Refuses input for one reason. */
export function invalidBody(field: string | readonly (string | number)[], message: string): Refusal {
  const path = typeof field === 'string' ? [field] : field
  return new Refusal({ code: 'invalid-input', part: 'body', issues: [{ code: 'custom', message, path }] })
}

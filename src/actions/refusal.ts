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
  | { readonly code: 'wrong-current-password' }
  | { readonly code: 'current-password-needed' }
  | { readonly code: 'sign-up-closed' }
  | { readonly code: 'email-taken' }
  | { readonly code: 'user-not-found' }
  | { readonly code: 'chat-not-found' }
  | { readonly code: 'message-not-found' }
  | { readonly code: 'share-not-found' }
  /** the chat has another share by now */
  | { readonly code: 'share-replaced' }
  | { readonly code: 'whitelist-entry-not-found' }
  | { readonly code: 'route-not-found' }
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

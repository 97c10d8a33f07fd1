/** What a mail says, as the outbox keeps it until it is sent. `origin` is ours, as it was when somebody asked. */
export type Mail =
  /** a code for somebody who wants to read a shared chat */
  | { readonly kind: 'reading-code'; readonly origin: string; readonly code: string }
  | { readonly kind: 'sign-in-code'; readonly origin: string; readonly code: string }
  /** a code by which an account's owner confirms the account's address */
  | { readonly kind: 'confirming-code'; readonly origin: string; readonly code: string }
  | { readonly kind: 'invitation'; readonly origin: string; readonly owner: string; readonly url: string }
  /** tells an owner that somebody would like to read a chat of theirs */
  | { readonly kind: 'access-request'; readonly origin: string; readonly reader: string }
  /** tells that somebody that they may */
  | { readonly kind: 'access-granted'; readonly origin: string; readonly owner: string; readonly url: string }
  /** tells an owner who asked for it that a link was read */
  | { readonly kind: 'first-read'; readonly origin: string; readonly url: string; readonly reader?: string }
  /** tells the former address of an account that it has another one */
  | { readonly kind: 'address-changed'; readonly origin: string }
  /** the operator tries whether mail arrives */
  | { readonly kind: 'test'; readonly origin: string }

const DAY_MS = 24 * 60 * 60 * 1000

/** How long a code counts, and is worth sending, in milliseconds. */
export const CODE_LIFETIME = 10 * 60 * 1000

/** When it is no use any more to send a mail that was written at `now`; epoch milliseconds. */
export function givesUpAt(mail: Mail, now: number): number {
  return now + ('code' in mail ? CODE_LIFETIME : DAY_MS)
}

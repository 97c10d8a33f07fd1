import { createHmac } from 'node:crypto'
import { VIEW_LIFETIME } from '../sharing/limits.ts'
import { readExpiringMac, writeExpiringMac } from './expiring-mac.ts'

/** What a view that was granted is bound to: another link, chat or snapshot needs a view of its own. */
export interface GrantedView {
  readonly share: { readonly id: number; readonly uuid: string }
  readonly source: { readonly kind: 'chat' | 'snapshot'; readonly id: number }
}

/** The value of the cookie of a browser that was granted a view: `expiry.hmac`. @param now epoch milliseconds */
export function viewToken(granted: GrantedView, now: number, secret: string): string {
  const expiresAt = now + VIEW_LIFETIME
  return writeExpiringMac(expiresAt, mac(granted, expiresAt, secret))
}

/** Whether a view of this was granted, and not too long ago. */
export function isViewToken(token: string, granted: GrantedView, now: number, secret: string): boolean {
  const presented = readExpiringMac(token, now)
  return presented?.isMac(mac(granted, presented.expiresAt, secret)) ?? false
}

function mac({ share, source }: GrantedView, expiresAt: number, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(`view of ${share.id} ${share.uuid} ${source.kind} ${source.id} ${expiresAt}`)
    .digest()
}

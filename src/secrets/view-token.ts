import { createHmac } from 'node:crypto'
import { FILES_OF_VIEW_LIFETIME, VIEW_LIFETIME } from '../sharing/limits.ts'
import { readExpiringMac, writeExpiringMac } from './expiring-mac.ts'

/** What a view that was granted is bound to: another link, chat or snapshot needs a view of its own. */
export interface GrantedView {
  readonly share: { readonly id: number; readonly uuid: string }
  readonly source: { readonly kind: 'chat' | 'snapshot'; readonly id: number }
}

const SECOND = 1000
const MOST_REMEMBERED = 10_000

/**
 * Those that end in one second: who opens the same link meanwhile gets the same, as making one costs as much as a
 * quarter of showing a page.
 */
const remembered = { endingAt: 0, secret: '', tokens: new Map<string, string>() }

/**
 * The value of the cookie of a browser that was granted a view: `expiry.hmac`. It ends with a whole second.
 *
 * @param now epoch milliseconds
 */
export function viewToken(granted: GrantedView, now: number, secret: string): string {
  const expiresAt = Math.ceil((now + VIEW_LIFETIME) / SECOND) * SECOND
  const { tokens } = remembered
  if (remembered.endingAt !== expiresAt || remembered.secret !== secret || tokens.size >= MOST_REMEMBERED) {
    tokens.clear()
    remembered.endingAt = expiresAt
    remembered.secret = secret
  }
  const key = textOf(granted)
  const known = tokens.get(key)
  if (known !== undefined) return known
  const token = writeExpiringMac(expiresAt, mac(granted, expiresAt, secret))
  tokens.set(key, token)
  return token
}

/** Whether a view of this was granted, and not too long ago. */
export function isViewToken(token: string, granted: GrantedView, now: number, secret: string): boolean {
  const presented = readExpiringMac(token, now)
  return presented?.isMac(mac(granted, presented.expiresAt, secret)) ?? false
}

/** Whether a view of this was granted so short a while ago that the files of what it shows are read. */
export function isRecentViewToken(
  token: string | undefined,
  granted: GrantedView,
  { now, store }: { readonly now: () => number; readonly store: { readonly secret: string } },
): boolean {
  if (token === undefined) return false
  // What still counts so long from now is so recent.
  return isViewToken(token, granted, now() + VIEW_LIFETIME - FILES_OF_VIEW_LIFETIME, store.secret)
}

function mac(granted: GrantedView, expiresAt: number, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(`view of ${textOf(granted)} ${expiresAt}`)
    .digest()
}

function textOf({ share, source }: GrantedView): string {
  return `${share.id} ${share.uuid} ${source.kind} ${source.id}`
}

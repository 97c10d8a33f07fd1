import { createHmac, timingSafeEqual } from 'node:crypto'
import { VIEW_LIFETIME } from '../sharing/limits.ts'

/** What a view that was granted is bound to: another link, or another share, needs a view of its own. */
export interface GrantedShare {
  readonly id: number
  readonly uuid: string
}

/** The value of the cookie of a browser that was granted one of a share's limited views. @param now epoch milliseconds */
export function viewToken(share: GrantedShare, now: number, secret: string): string {
  const expiresAt = now + VIEW_LIFETIME
  return `${expiresAt}.${mac(share, expiresAt, secret).toString('base64url')}`
}

/** Whether a view of this share was granted in the last half hour. */
export function isViewToken(token: string, share: GrantedShare, now: number, secret: string): boolean {
  const match = /^(\d{1,16})\.([\w-]{43})$/.exec(token)
  if (!match?.[1] || !match[2]) return false
  const expiresAt = Number(match[1])
  if (expiresAt <= now) return false
  const presented = Buffer.from(match[2], 'base64url')
  const expected = mac(share, expiresAt, secret)
  return presented.length === expected.length && timingSafeEqual(presented, expected)
}

function mac({ id, uuid }: GrantedShare, expiresAt: number, secret: string): Buffer {
  return createHmac('sha256', secret).update(`view of ${id} ${uuid} ${expiresAt}`).digest()
}

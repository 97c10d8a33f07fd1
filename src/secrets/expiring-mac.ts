import { timingSafeEqual } from 'node:crypto'

// What cookies hold that only count for a while: `expiry.hmac`, an HMAC-SHA256 over the expiry and what they are for.

/** @param expiresAt epoch milliseconds */
export function writeExpiringMac(expiresAt: number, mac: Buffer): string {
  return `${expiresAt}.${mac.toString('base64url')}`
}

/** When one ends whose MAC is known to be right. */
export function expiryOf(text: string): number {
  return Number(text.slice(0, text.indexOf('.')))
}

/** A presented one that hasn't expired; whether its MAC is right is still to be seen. */
export interface ExpiringMac {
  readonly expiresAt: number
  /** in constant time */
  isMac(expected: Buffer): boolean
}

/** @returns undefined for what is none, or has expired */
export function readExpiringMac(text: string, now: number): ExpiringMac | undefined {
  const match = /^(\d{1,16})\.([\w-]{43})$/.exec(text)
  if (!match?.[1] || !match[2]) return undefined
  const expiresAt = Number(match[1])
  if (expiresAt <= now) return undefined
  const mac = match[2]
  return {
    expiresAt,
    isMac(expected) {
      const presented = Buffer.from(mac, 'base64url')
      return presented.length === expected.length && timingSafeEqual(presented, expected)
    },
  }
}

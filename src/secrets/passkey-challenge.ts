import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const RANDOM_BYTES = 16
const TIME_BYTES = 8
const MAC_BYTES = 16

/**
 * What a passkey signs: random bytes, until when it counts, and a MAC over both and what it is for. So it is known
 * again by every process, and nothing is stored for whoever only asks.
 *
 * @param purpose such as whose account gets a passkey: a challenge for one thing is none for another
 * @param expiresAt epoch milliseconds
 */
export function newChallenge(purpose: string, expiresAt: number, secret: string): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(RANDOM_BYTES + TIME_BYTES)
  randomBytes(RANDOM_BYTES).copy(head)
  head.writeBigUInt64BE(BigInt(expiresAt), RANDOM_BYTES)
  return new Uint8Array(Buffer.concat([head, macOf(head, purpose, secret)]))
}

/** Whether it is one of ours, for this purpose, and still counts. @param text base64url */
export function isChallenge(text: string, purpose: string, now: number, secret: string): boolean {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== RANDOM_BYTES + TIME_BYTES + MAC_BYTES) return false
  const head = bytes.subarray(0, RANDOM_BYTES + TIME_BYTES)
  if (!timingSafeEqual(bytes.subarray(head.length), macOf(head, purpose, secret))) return false
  return Number(head.readBigUInt64BE(RANDOM_BYTES)) > now
}

function macOf(head: Buffer, purpose: string, secret: string): Buffer {
  const mac = createHmac('sha256', secret).update(`passkey to ${purpose} `).update(head).digest()
  return mac.subarray(0, MAC_BYTES)
}

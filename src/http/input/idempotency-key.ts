import { createHmac, hash } from 'node:crypto'
import type { Context } from '../../actions/context.ts'
import type { OnceKey } from '../../actions/once.ts'
import { Refusal } from '../../actions/refusal.ts'
import type { AskedRequest } from '../pipeline/asked.ts'

/**
 * The request's `Idempotency-Key`, with a digest of what it asks for. The digest is keyed: it would otherwise tell a
 * guess of a message's text from a wrong one.
 *
 * @throws Refusal for a key that is none
 */
export function idempotencyKeyOf(
  { request, body }: { readonly request: AskedRequest; readonly body: unknown },
  { store }: Context,
): OnceKey {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[!-~]{1,255}$/.test(key)) {
    throw new Refusal({ code: 'bad-idempotency-key' })
  }
  const [path = ''] = request.url.split('?')
  const requestDigest = createHmac('sha256', store.secret)
    .update(`${request.method} ${path} ${JSON.stringify(body)}`)
    .digest('base64url')
  return { keyHash: hash('sha256', key, 'base64url'), requestDigest }
}

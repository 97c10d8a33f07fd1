import assert from 'node:assert/strict'
import { expectOk, type Person } from './client.ts'
import { shapes, type Share } from './shapes.ts'
import { untilAfter } from './until.ts'

/**
 * Sets a share's expiry to a moment just ahead and waits until it has passed.
 *
 * @returns the share as it was when it was still open
 */
export async function expireShare(owner: Person, share: Share): Promise<Share> {
  // A moment that has passed before the server hears of it is refused: on a busy machine it is further ahead.
  for (let aheadMs = 200; aheadMs < 30_000; aheadMs *= 2) {
    const expires_at = new Date(Date.now() + aheadMs).toISOString()
    const answer = await owner.send('PATCH', owner.sharePath(share), { json: { expires_at } })
    if (answer.status === 400) continue
    const changed = expectOk(answer, shapes.share).share
    assert.equal(changed.expires_at, expires_at)
    await untilAfter(expires_at)
    return changed
  }
  throw new Error('The server took too long to hear of an expiry.')
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createProofMemory } from './proof-memory.ts'
import { isUnlockToken, unlockToken } from './unlock-token.ts'

const NOW = 1_000_000
const UUID = '0b5d7c7e-4e6a-4a83-9a44-1f6c1e3c7a55'
const share = { uuid: UUID, passwordHash: 'hash' }
const token = unlockToken(UUID, NOW + 1000, 'hash')

const proofs = createProofMemory()
const unlocks = (presented: string, of = share, now = NOW): boolean =>
  isUnlockToken(presented, of, now, proofs)

describe('an unlock token', () => {
  it('unlocks its share until the moment it expires', () => {
    assert.equal(unlocks(token), true)
    assert.equal(unlocks(token, share, NOW + 999), true)
    assert.equal(unlocks(token, share, NOW + 1000), false)
  })

  it('unlocks no other share, and not this one under another password', () => {
    assert.equal(unlocks(token, { ...share, uuid: UUID.replace('0b', '0c') }), false)
    assert.equal(unlocks(token, { ...share, passwordHash: 'another' }), false)
  })

  it('unlocks nothing with another expiry or signature', () => {
    const [expiry = '', mac = ''] = token.split('.')
    assert.equal(unlocks(`${Number(expiry) + 1}.${mac}`), false)
    assert.equal(unlocks(`${expiry}.${'A'.repeat(43)}`), false)
    for (const forged of ['', '.', expiry, `${expiry}.`, `.${mac}`, `${expiry}.${mac}A`, `-${token}`]) {
      assert.equal(unlocks(forged), false, forged)
    }
  })
})

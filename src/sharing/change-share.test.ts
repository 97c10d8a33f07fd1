import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeShare, newShareSettings } from './change-share.ts'

const NOW = 1_000_000

test('an expiry has to lie ahead, or be none', () => {
  for (const expiresAt of [NOW - 1, NOW]) {
    const changed = changeShare(newShareSettings, { expiresAt }, NOW)
    assert.ok('problem' in changed)
    assert.equal(changed.problem.field, 'expires_at')
  }
  for (const expiresAt of [NOW + 1, null]) {
    const changed = changeShare(newShareSettings, { expiresAt }, NOW)
    assert.ok('settings' in changed)
    assert.equal(changed.settings.expiresAt, expiresAt)
  }
})

test('an expiry that has passed keeps no other setting from being changed', () => {
  const changed = changeShare({ ...newShareSettings, expiresAt: NOW - 1 }, { maxViews: 5 }, NOW)
  assert.ok('settings' in changed)
  assert.deepEqual([changed.settings.expiresAt, changed.settings.maxViews], [NOW - 1, 5])
})

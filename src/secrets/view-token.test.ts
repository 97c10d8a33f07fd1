import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VIEW_LIFETIME } from '../sharing/limits.ts'
import { isViewToken, viewToken } from './view-token.ts'

const share = { id: 7, uuid: '550e8400-e29b-41d4-a716-446655440000' }
const NOW = 1_000_000
const token = viewToken(share, NOW, 'secret')

test('a granted view holds for half an hour, for its share, its link and its store alone', () => {
  assert.ok(isViewToken(token, share, NOW, 'secret'))
  assert.ok(isViewToken(token, share, NOW + VIEW_LIFETIME - 1, 'secret'))
  assert.ok(!isViewToken(token, share, NOW + VIEW_LIFETIME, 'secret'))
  assert.ok(!isViewToken(token, { ...share, id: 8 }, NOW, 'secret'))
  assert.ok(!isViewToken(token, { ...share, uuid: share.uuid.replace('5', '6') }, NOW, 'secret'))
  assert.ok(!isViewToken(token, share, NOW, 'another'))
})

test('a token that was tampered with holds nothing', () => {
  const [expiry = '', mac = ''] = token.split('.')
  for (const forged of ['', '.', `${Number(expiry) + 1}.${mac}`, `${expiry}.`, `${expiry}.${mac}x`, mac])
    assert.ok(!isViewToken(forged, share, NOW, 'secret'), forged)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FILES_OF_VIEW_LIFETIME, VIEW_LIFETIME } from '../sharing/limits.ts'
import { isRecentViewToken, isViewToken, viewToken } from './view-token.ts'

const NOW = Date.UTC(2026, 0, 1)
const granted = {
  share: { id: 1, uuid: 'b2b390f5-e9df-4823-9ac2-0fd56f3ece1b' },
  source: { kind: 'snapshot', id: 7 },
} as const
const at = (now: number) => ({ now: () => now, store: { secret: 'secret' } })
const token = viewToken(granted, NOW, 'secret')

test('a granted view is known again for an hour', () => {
  assert.ok(isViewToken(token, granted, NOW + VIEW_LIFETIME - 1, 'secret'))
  assert.ok(!isViewToken(token, granted, NOW + VIEW_LIFETIME, 'secret'))
})

test('its files are read for half an hour', () => {
  assert.equal(FILES_OF_VIEW_LIFETIME, 30 * 60 * 1000)
  assert.ok(isRecentViewToken(token, granted, at(NOW + FILES_OF_VIEW_LIFETIME - 1)))
  assert.ok(!isRecentViewToken(token, granted, at(NOW + FILES_OF_VIEW_LIFETIME)))
  assert.ok(!isRecentViewToken(undefined, granted, at(NOW)))
})

test('it is no view of another link, another snapshot or the live chat, and no other server knows it', () => {
  const others = [
    { ...granted, share: { ...granted.share, id: 2 } },
    { ...granted, share: { ...granted.share, uuid: 'ed00bc60-587c-4c97-a8e7-d22f61dad6f5' } },
    { ...granted, source: { kind: 'snapshot', id: 8 } as const },
    { ...granted, source: { kind: 'chat', id: 7 } as const },
  ]
  for (const other of others) assert.ok(!isViewToken(token, other, NOW, 'secret'))
  assert.ok(!isViewToken(token, granted, NOW, 'another'))
  for (const forged of ['', '.', `9${token}`, `${NOW + 1}.`, token.slice(0, -1)]) {
    assert.ok(!isViewToken(forged, granted, NOW, 'secret'))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showsMore } from './reach.ts'

const open = { isShared: true, isProtected: false, passwordHash: null, hasWhitelist: false, snapshotId: null }
const closed = { ...open, isProtected: true }
const password = { ...closed, passwordHash: 'hash' }
const listed = { ...closed, hasWhitelist: true }
const paused = { ...open, isShared: false }

test('a share shows more when it is made, opened, opened wider or resumed, and when its snapshot is another', () => {
  for (const [before, after] of [
    [undefined, open],
    [undefined, password],
    [undefined, listed],
    [closed, password],
    [password, open],
    [paused, open],
    [open, { ...open, snapshotId: 1 }],
    [{ ...open, snapshotId: 1 }, open],
    [
      { ...listed, snapshotId: 1 },
      { ...listed, snapshotId: 2 },
    ],
  ] as const) {
    assert.equal(showsMore(before, after), true, JSON.stringify([before, after]))
  }
})

test('a share shows no more when it is for its owner alone, narrowed down, paused or left as it is', () => {
  for (const [before, after] of [
    [undefined, closed],
    [undefined, paused],
    [open, open],
    [open, password],
    [password, closed],
    [listed, { ...listed, passwordHash: 'hash' }],
    [open, paused],
    [closed, { ...closed, snapshotId: 1 }],
  ] as const) {
    assert.equal(showsMore(before, after), false, JSON.stringify([before, after]))
  }
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exampleShare } from '../../../test/kit/shapes.ts'
import type { Share } from '../../../src/client/types.ts'
import {
  afterSaving,
  changesOf,
  creationOf,
  draftOf,
  isChanged,
  opensToAll,
  problemOf,
} from './share-draft.ts'

const share: Share = { ...exampleShare, is_protected: true, has_password: true, whitelist_count: 1 }
const saved = draftOf(share, ['ada@example.com'])

describe('what the dialog sends', () => {
  it('creates a live link for its owner alone when nothing was changed', () => {
    assert.deepEqual(creationOf(draftOf(undefined, [])), { is_shared: true, is_protected: true })
  })

  it('sends nothing when nothing differs', () => {
    assert.equal(isChanged(saved, { ...saved, emails: [...saved.emails] }), false)
  })

  it('opens only together with removing password and emails', () => {
    const open = { ...saved, audience: 'open' as const }
    assert.ok(opensToAll(share, open))
    assert.deepEqual(changesOf(saved, open), { is_protected: false, password: null, emails: [] })
  })

  it('keeps a password that nobody touched and sends one that was typed', () => {
    assert.deepEqual(changesOf(saved, { ...saved, maxViews: 3 }), { max_views: 3 })
    const typed = { ...saved, password: { kind: 'new', text: 'tritonia' } as const }
    assert.deepEqual(changesOf(saved, typed), { password: 'tritonia' })
  })

  it('never opens a private share by removing what protected it', () => {
    const bare = { ...saved, emails: [], password: { kind: 'none' } as const }
    assert.deepEqual(changesOf(saved, bare), { password: null, emails: [] })
    assert.equal(opensToAll(share, bare), false)
  })

  it('leaves a password alone while the new one is still untyped, and says so', () => {
    const untyped = { ...saved, password: { kind: 'new', text: '' } as const }
    assert.equal(isChanged(saved, untyped), false)
    assert.deepEqual(afterSaving(saved, untyped), saved)
  })

  it('refuses a password of spaces and an expiry gone by', () => {
    const now = Date.UTC(2030, 0, 1)
    const blank = { ...saved, password: { kind: 'new', text: '  ' } as const }
    assert.match(problemOf(saved, blank, now) ?? '', /more than spaces/)
    assert.match(
      problemOf(saved, { ...saved, expiresAt: '2029-12-31T00:00:00.000Z' }, now) ?? '',
      /in the past/,
    )
    const expired = { ...saved, expiresAt: '2029-12-31T00:00:00.000Z' }
    assert.equal(problemOf(expired, { ...expired, maxViews: 3 }, now), undefined)
  })

  it('creates a private share with its password and list', () => {
    const draft = { ...draftOf(undefined, []), audience: 'private' as const, emails: ['ada@example.com'] }
    assert.deepEqual(creationOf(draft), { is_shared: true, is_protected: true, emails: ['ada@example.com'] })
  })
})

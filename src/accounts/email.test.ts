import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { normaliseEmail, normaliseListEntry } from './email.ts'

describe('an email address', () => {
  it('is the same however it is typed', () => {
    const typed = [' Ärger@Example.COM ', 'ärger@example.com', 'A\u0308rger@example.com']
    assert.deepEqual(new Set(typed.map(normaliseEmail)), new Set(['ärger@example.com']))
  })

  it('may be at a host without a dot', () => {
    assert.equal(normaliseEmail('root@localhost'), 'root@localhost')
  })

  for (const text of [
    '',
    'ada',
    '@x.org',
    'ada@',
    'a b@x.org',
    'ada@x..org',
    'ada@x。org',
    'ada@x．org',
    'ada@x｡org',
    'ada@x.org,bo@x.org',
    'a@b@c',
    'a\0@x.org',
    `${'a'.repeat(260)}@x.org`,
  ]) {
    it(`is not ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(normaliseEmail(text), undefined)
    })
  }
})

describe('what a list of readers may hold', () => {
  it('is an email or a whole domain, in normal form', () => {
    assert.equal(normaliseListEntry(' Ada@Example.com'), 'ada@example.com')
    assert.equal(normaliseListEntry(' @Example.COM '), '@example.com')
  })

  for (const text of ['@', '@@x.org', '@x..org', '@x org', 'x.org', '@x.org,@y.org', '*@x.org,']) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(normaliseListEntry(text), undefined))
  }
})

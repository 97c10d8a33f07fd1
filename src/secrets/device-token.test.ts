import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { knownDevice, rememberDevice } from './device-token.ts'

const SECRET = 'a secret of the store'

describe('a browser that got in before', () => {
  it('is known, under one name, for what it got into and nothing else', () => {
    const first = rememberDevice(undefined, 'account 1', SECRET)
    const both = rememberDevice(first, 'share 2', SECRET)
    const name = knownDevice(first, 'account 1', SECRET)
    assert.match(name ?? '', /^[\w-]{22}$/)
    assert.equal(knownDevice(both, 'account 1', SECRET), name)
    assert.equal(knownDevice(both, 'share 2', SECRET), name)
    assert.equal(knownDevice(first, 'share 2', SECRET), undefined)
    assert.equal(knownDevice(both, 'account 1', 'another secret'), undefined)
    assert.equal(rememberDevice(both, 'share 2', SECRET), both)
  })

  it('is not known by what somebody made up or put together', () => {
    const mine = rememberDevice(undefined, 'account 1', SECRET)
    const theirs = rememberDevice(undefined, 'account 2', SECRET)
    const [name = '', mac = ''] = mine.split('.')
    const [otherName = ''] = theirs.split('.')
    for (const forged of [
      '',
      '.',
      name,
      `${name}.`,
      `${otherName}.${mac}`,
      `${name}.${'A'.repeat(16)}`,
      `x${mine}`,
    ]) {
      assert.equal(knownDevice(forged, 'account 1', SECRET), undefined, forged)
    }
    assert.equal(knownDevice(undefined, 'account 1', SECRET), undefined)
  })

  it('is known for the 20 that it got into last', () => {
    let token: string | undefined
    for (let subject = 0; subject <= 20; subject++) token = rememberDevice(token, `share ${subject}`, SECRET)
    assert.equal(knownDevice(token, 'share 0', SECRET), undefined)
    for (let subject = 1; subject <= 20; subject++) assert.ok(knownDevice(token, `share ${subject}`, SECRET))
    assert.ok((token ?? '').length < 400)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { presentedPasswords } from './presented-passwords.ts'

const basic = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  `Basic ${Buffer.from(text, encoding).toString('base64')}`

describe('a password presented by HTTP Basic', () => {
  it('is all after the first colon, whatever the user name', () => {
    assert.deepEqual(presentedPasswords(basic(':a:b:c')), ['a:b:c'])
    assert.deepEqual(presentedPasswords(basic('ada:secret')), ['secret'])
  })

  it('is read as UTF-8 first, then as Latin-1', () => {
    assert.deepEqual(presentedPasswords(basic(':pässword')), ['pässword', 'pÃ¤ssword'])
    assert.deepEqual(presentedPasswords(basic(':pässword', 'latin1')), ['pässword'])
  })

  for (const header of [
    undefined,
    '',
    'Basic',
    'Bearer abc',
    basic('no colon'),
    basic(':'),
    basic('ada:'),
    'Basic %%%',
  ]) {
    it(`is none in ${JSON.stringify(header)}`, () => {
      assert.deepEqual(presentedPasswords(header), [])
    })
  }
})

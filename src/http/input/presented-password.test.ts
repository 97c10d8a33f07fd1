import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { presentedPassword } from './presented-password.ts'

const basic = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  `Basic ${Buffer.from(text, encoding).toString('base64')}`

const readings = (header: string | undefined): readonly string[] =>
  presentedPassword(header)?.readings() ?? []

describe('a password presented by HTTP Basic', () => {
  it('is all after the first colon, whatever the user name', () => {
    assert.deepEqual(readings(basic(':a:b:c')), ['a:b:c'])
    assert.deepEqual(readings(basic('ada:secret')), ['secret'])
  })

  it('is read as UTF-8 first, then as Latin-1', () => {
    assert.deepEqual(readings(basic(':pässword')), ['pässword', 'pÃ¤ssword'])
    assert.deepEqual(readings(basic(':pässword', 'latin1')), ['pässword'])
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
      assert.deepEqual(readings(header), [])
    })
  }
})

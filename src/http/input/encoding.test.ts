import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseEncoding } from './encoding.ts'

describe('an answer is encoded', () => {
  it('with gzip where that is named and not refused', () => {
    for (const accepted of [
      'gzip',
      'deflate, gzip',
      'br, GZIP ;q=0.5',
      'gzip;q=1.0, *;q=0',
      'gzip;q=0.001',
      'gzip, identity',
      '*',
      'br, *;q=0.1',
    ]) {
      assert.equal(chooseEncoding(accepted, ['gzip']), 'gzip', accepted)
    }
  })

  it('not at all otherwise', () => {
    for (const accepted of [
      undefined,
      '',
      'br',
      'gzip;q=0',
      'gzip; q=0.000, br',
      'gzip;q=0, *',
      '*;q=0',
      'gzip;q=nonsense',
      'gzip;q=0.5, identity',
      'xgzip',
      'gzipped',
      'identity',
    ]) {
      assert.equal(chooseEncoding(accepted, ['gzip']), undefined, accepted)
    }
    assert.equal(chooseEncoding('gzip', []), undefined)
  })

  it('as the asker likes best, then as the server does', () => {
    const offered = ['br', 'gzip'] as const
    assert.equal(chooseEncoding('gzip, deflate, br', offered), 'br')
    assert.equal(chooseEncoding('gzip, br;q=0.9', offered), 'gzip')
    assert.equal(chooseEncoding('br;q=0, *', offered), 'gzip')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { excerptOf, searchTerms, wordsOf } from './search-words.ts'

describe('words of a text', () => {
  it('are folded, and each of them once', () => {
    assert.deepEqual([...wordsOf('Über the café, THE Café!')], ['uber', 'the', 'cafe'])
    assert.deepEqual(
      [...wordsOf('snake_case src/login.ts 3.14')],
      ['snake', 'case', 'src', 'login', 'ts', '3', '14'],
    )
    assert.deepEqual([...wordsOf('検索語')], ['検索', '索語', '語'])
    assert.deepEqual([...wordsOf('?! …')], [])
  })

  it('are so many and no longer', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => `w${n}`).join(' ')
    assert.equal(wordsOf(many).size, 6000)
    assert.equal([...wordsOf('x'.repeat(1000))][0]?.length, 40)
  })

  it('are nothing but letters and digits, whatever the text, and what a text has is found in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        for (const word of wordsOf(text)) assert.match(word, /^[\p{L}\p{N}]+$/u)
        const terms = searchTerms(text)
        const words = [...wordsOf(text)]
        for (const { word, isBeginning } of terms) {
          assert.ok(
            words.some((one) => (isBeginning ? one.startsWith(word) : one === word)),
            word,
          )
        }
        if (terms.length > 0) assert.notEqual(excerptOf(text, text), undefined)
      }),
    )
  })
})

describe('an excerpt', () => {
  it('is a line around the first word, and begins with a whole one', () => {
    const text = `${'before '.repeat(40)}\n\nthe needle\tis here${' after'.repeat(80)}`
    const excerpt = excerptOf(text, 'needle') ?? ''
    assert.match(excerpt, /^…before .*the needle is here after.*…$/)
    assert.ok(excerpt.length <= 202)
    assert.equal(excerptOf('a short text', 'short'), 'a short text')
    assert.equal(excerptOf('a short text', 'long'), undefined)
  })
})

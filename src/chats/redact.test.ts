import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { redact } from './redact.ts'
import { markPlaces } from './mark-places.ts'

describe('redacting', () => {
  it('replaces each text wherever it stands', () => {
    assert.equal(redact('Ada met Ada at x', ['Ada']), '[redacted] met [redacted] at x')
    assert.equal(redact('nothing here', ['Ada']), 'nothing here')
    assert.equal(redact('Ada', ['Ada']), '[redacted]')
    assert.equal(redact('key=abc;', ['abc', 'key']), '[redacted]=[redacted];')
  })

  it('leaves no end of a text over where two share letters', () => {
    assert.equal(redact('xabcdx', ['abc', 'bcd']), 'x[redacted]x')
    assert.equal(redact('xabcdx', ['bcd', 'abc', 'b']), 'x[redacted]x')
    assert.equal(redact('aaaaa', ['aa']), '[redacted]')
    assert.equal(redact('abab c', ['ab']), '[redacted] c')
  })

  it('replaces what looks the same and is written otherwise, and nothing else', () => {
    assert.equal(redact('Jose\u0301 and Jos\u00E9', ['Jos\u00E9']), '[redacted] and [redacted]')
    assert.equal(redact('Jose\u0301 and Jos\u00E9!', ['Jose\u0301']), '[redacted] and [redacted]!')
    assert.equal(redact('\u00E9 e', ['e']), '\u00E9 [redacted]')
    assert.equal(
      redact(String.raw`It is ghp\_a\_b, 😀ghp_a_b.`, ['ghp_a_b']),
      'It is [redacted], 😀[redacted].',
    )
    assert.equal(redact('It is ghp_a.', [String.raw`ghp\_a`]), 'It is [redacted].')
    assert.equal(redact('ab\u200Bc \u{1F468}\u200D\u{1F469}', ['abc']), '[redacted] \u{1F468}\u200D\u{1F469}')
    assert.equal(redact(String.raw`C:\new`, ['x']), String.raw`C:\new`)
    assert.equal(redact(String.raw`a\*b`, ['\\']), String.raw`a[redacted]*b`)
  })

  it('finds texts that overlap themselves wherever they stand', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 })
    fc.assert(
      fc.property(
        letters,
        fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 }),
        (content, text) => {
          const marks = new Uint8Array(content.length)
          markPlaces(content, text, marks)
          const covered = [...marks.keys()].filter((at) => marks[at] === 1)
          const expected = new Set<number>()
          for (let at = 0; at < content.length; at++) {
            if (content.startsWith(text, at))
              for (let unit = 0; unit < text.length; unit++) expected.add(at + unit)
          }
          assert.deepEqual(
            covered,
            [...expected].toSorted((a, b) => a - b),
          )
        },
      ),
    )
  })

  it('leaves nothing of what is redacted, and all of the rest', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 30 })
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(letters, texts, (content, secrets) => {
        const hidden = Array.from({ length: content.length }, () => false)
        for (const secret of secrets) {
          for (let at = 0; at + secret.length <= content.length; at++) {
            if (content.startsWith(secret, at)) hidden.fill(true, at, at + secret.length)
          }
        }
        let expected = ''
        for (const [index, isHidden] of hidden.entries()) {
          if (!isHidden) expected += content[index]
          else if (!hidden[index - 1]) expected += '[redacted]'
        }
        assert.equal(redact(content, secrets), expected)
      }),
    )
  })
})

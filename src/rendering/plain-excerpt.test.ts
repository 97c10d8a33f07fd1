import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plainExcerpt, visibleText } from './plain-excerpt.ts'

describe('an excerpt for a link preview', () => {
  test('has the words and none of the marks', () => {
    for (const [markdown, words] of [
      ['# A title\n\nSome **bold** and _soft_ and `code`.', 'A title Some bold and _soft_ and code.'],
      [
        'See [the docs](https://a.b/c_(d) "t") and ![a chart](x.png)',
        'See [the docs](https://a.b/c_(d) "t") and a chart',
      ],
      ['See [the docs](https://a.b/ "title").', 'See the docs.'],
      ['- one\n- [x] two\n  1. three', 'one two three'],
      ['> quoted\n> text', 'quoted text'],
      ['```ts\nconst a = 1\n```\nafter', 'const a = 1 after'],
      ['| a | b |\n| - | :-: |\n| 1 | 2 |', 'a b 1 2'],
      ['a[^1]\n\n[^1]: note', 'a'],
      ['2 \\* 3 ~~four~~ snake_case_name', '2 * 3 four snake_case_name'],
      ['a<br>b <b>c</b> 1 < 2', 'a b c 1 < 2'],
      ['', ''],
    ] as const) {
      assert.equal(plainExcerpt(markdown, 200), words)
    }
  })

  test('is cut at a word', () => {
    assert.equal(plainExcerpt('one two three', 9), 'one two…')
    assert.equal(plainExcerpt('one two three', 13), 'one two three')
  })

  test('never exceeds its length, and never cuts a character in two', () => {
    assert.equal(plainExcerpt('😀'.repeat(50), 10), `${'😀'.repeat(9)}…`)
    assert.equal(plainExcerpt('a'.repeat(50), 10), `${'a'.repeat(9)}…`)
  })

  test('keeps an emoji that is joined of several, and cuts none in two', () => {
    const family = '👨‍👩‍👧'
    assert.equal(visibleText(`a${family}b\u200Dc`), `a${family}bc`)
    assert.equal(visibleText('🏳️‍🌈 👩🏽‍🚀'), '🏳️‍🌈 👩🏽‍🚀')
    for (const length of [8, 9, 10]) assert.equal(plainExcerpt(`some ${family} more`, length), 'some…')
    assert.equal(plainExcerpt(`some ${family} more`, 11), `some ${family}…`)
    assert.equal(plainExcerpt('ab 👍🏽 more', 5), 'ab…')
  })

  test('takes a hostile megabyte in its stride', () => {
    for (const piece of ['[', '![', '**a_', '`', '> ', '- ', '<', '|-', '\\', '[a](', '\u200b']) {
      assert.ok(plainExcerpt(piece.repeat(500_000), 200).length <= 200)
    }
  })
})

test('a title has no characters that hide or turn others around', () => {
  assert.equal(visibleText('in\u200bvoice\u202egnp.exe\u202c \u2066a\u2069\u00ad\u061c'), 'invoicegnp.exe a')
  assert.equal(visibleText(' a\n\tb\u0000c\u2028d '), 'a b c d')
  assert.equal(visibleText('a\ud800b'), 'a\ufffdb')
  assert.equal(visibleText('Grüße 👋🏽 مرحبا'), 'Grüße 👋🏽 مرحبا')
})

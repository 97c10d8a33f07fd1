import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { namesEtag, prefersMarkdown } from './negotiate.ts'

describe('what a reader asks for', () => {
  it('is Markdown when they name it and JSON no more', () => {
    for (const accept of [
      'text/markdown',
      'text/markdown, */*',
      'text/plain, Text/Markdown;q=0.9',
      'text/markdown, application/json;q=0.5',
    ]) {
      assert.equal(prefersMarkdown(accept), true, accept)
    }
  })

  it('is JSON otherwise', () => {
    for (const accept of [
      undefined,
      '',
      '*/*',
      'application/json',
      'text/*',
      'application/json, text/markdown;q=0.5',
      'text/markdown;q=0',
    ]) {
      assert.equal(prefersMarkdown(accept), false, accept)
    }
  })
})

describe('If-None-Match', () => {
  it('names an ETag by itself, in a list, weakly, or with a star', () => {
    for (const header of ['"a"', '"x", "a"', 'W/"a"', '*', ' * '])
      assert.equal(namesEtag(header, '"a"'), true)
  })

  it('names no other', () => {
    for (const header of [undefined, '', '"b"', 'a', '"a', '"ab"'])
      assert.equal(namesEtag(header, '"a"'), false)
  })
})

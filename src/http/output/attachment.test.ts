import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attachment } from './attachment.ts'

describe('the name of a downloaded chat', () => {
  it('is the name of the chat', () => {
    assert.equal(attachment('Trip to Rome', '.md'), 'attachment; filename="Trip to Rome.md"')
  })

  it('keeps letters of every script where browsers read them', () => {
    assert.equal(
      attachment('Größe & 東京', '.json'),
      `attachment; filename="Groe &.json"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%26%20%E6%9D%B1%E4%BA%AC.json`,
    )
  })

  it('leads nowhere: no folders, no quotes, no lines, no hidden files', () => {
    for (const name of [
      '../../etc/passwd',
      'a"; filename="b.exe',
      'a\r\nSet-Cookie: x=1',
      '.bashrc',
      '~/x\\y',
    ]) {
      const header = attachment(name, '.html')
      assert.match(
        header,
        /^attachment; filename="[ -!#-~]*\.html"(?:; filename\*=UTF-8''[\w.%!#$&+^`|~-]+\.html)?$/,
      )
      assert.doesNotMatch(header, /[/\\]|="[.~]|[\r\n]/)
    }
  })

  it('has none of the characters that turn or hide text', () => {
    assert.doesNotMatch(attachment('invoice\u202Efdp.exe\u200B', '.md'), /%E2%80/)
  })

  it('is "chat" where nothing else is left, and for names that Windows keeps', () => {
    for (const name of ['', '///', '...', '\u0000', 'CON', 'nul.txt', 'lpt1']) {
      assert.equal(attachment(name, '.md'), 'attachment; filename="chat.md"', name)
    }
  })

  it('is short', () => {
    assert.ok(attachment('字'.repeat(5000), '.md').length < 1000)
  })
})

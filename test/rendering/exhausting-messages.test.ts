import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { renderPlainText } from '../../src/rendering/render-plain-text.ts'
import { createRenderer } from '../../src/rendering/renderer.ts'
import { exhaustingMessages } from '../fixtures/payloads/exhausting-messages.ts'

describe('a message made to exhaust the renderer comes back, rendered or as plain text, and the next one is fine', () => {
  const renderer = createRenderer()
  after(() => renderer.close())

  for (const { name, markdown } of exhaustingMessages) {
    test(name, async () => {
      const [rendered] = await renderer.render([{ id: 1, content: markdown }], { owner: 'a' })
      assert.ok(rendered)
      if (rendered.isPlain) assert.equal(rendered.html, renderPlainText(markdown))
      assert.ok(rendered.html.length < 8_000_000, `${rendered.html.length} characters`)
      const [next] = await renderer.render([{ id: 2, content: '*a*' }], { owner: 'b' })
      assert.equal(next?.html, '<p><em>a</em></p>\n')
    })
  }
})

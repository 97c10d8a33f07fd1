import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { renderPlainText } from '../../src/rendering/render-plain-text.ts'
import { createRenderer } from '../../src/rendering/renderer.ts'
import { renderMessage } from '../../src/rendering/render-message.ts'
import { longAnswer } from '../fixtures/sessions/long-session.ts'
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

test('a session of 300 calls in one message is rendered whole, in no more bytes than twice its own', async () => {
  const { html } = await renderMessage(longAnswer, { idPrefix: 'm1' })
  assert.equal(html.match(/class="step"/g)?.length, 349)
  assert.ok(html.length < 2 * longAnswer.length, `${html.length} of ${longAnswer.length}`)
  assert.match(html, /all 69 tests pass/)
})

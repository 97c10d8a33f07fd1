import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderPlainText } from './render-plain-text.ts'
import { createRenderedMemory } from './rendered-memory.ts'

const message = { id: 1, content: '**one**' }
const whole = { id: 1, html: '<p><strong>one</strong></p>\n', isPlain: false, isFinal: true }
const late = { id: 1, html: renderPlainText(message.content), isPlain: true, isFinal: false }

test('what was rendered is remembered, for that text at that place alone', () => {
  const memory = createRenderedMemory()
  memory.remember(message, whole)
  assert.deepEqual(memory.recall({ ...message }), whole)
  assert.equal(memory.recall({ ...message, id: 2 }), undefined)
  assert.equal(memory.recall({ ...message, content: '**one**!' }), undefined)
})

test('what took too long is tried again after a minute, then after ever longer', () => {
  let now = 0
  const memory = createRenderedMemory(() => now)
  memory.remember(message, late)
  now = 59_000
  assert.deepEqual(memory.recall(message), late)
  now = 61_000
  assert.equal(memory.recall(message), undefined)
  memory.remember(message, late)
  now = 61_000 + 239_000
  assert.deepEqual(memory.recall(message), late)
  now = 61_000 + 241_000
  assert.equal(memory.recall(message), undefined)
})

test('memory is bounded: what was used longest ago is forgotten', () => {
  const memory = createRenderedMemory()
  const html = 'a'.repeat(6 * 1024 * 1024)
  for (const id of [1, 2]) memory.remember({ id, content: 'x' }, { ...whole, id, html })
  memory.recall({ id: 1, content: 'x' })
  memory.remember({ id: 3, content: 'x' }, { ...whole, id: 3, html })
  assert.deepEqual(
    [1, 2, 3].map((id) => memory.recall({ id, content: 'x' })?.id),
    [1, undefined, 3],
  )
})

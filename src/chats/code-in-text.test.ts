import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatAsOpenAiMessages } from './chat-as-openai-messages.ts'
import { replaceOutsideCode } from './code-in-text.ts'
import { replaceFiles } from './file-bytes.ts'

const put = (text: string): string => replaceOutsideCode(text, /a/g, () => 'b')

test('what stands in code stays', () => {
  assert.equal(put('a `a` a ``a ` a`` a'), 'b `a` b ``a ` a`` b')
  assert.equal(put('a `a\n```\na\n```\na'), 'b `b\n```\na\n```\nb')
  assert.equal(put('`'.repeat(3) + 'a'), '```b')
})

test('a file that code only speaks of is in no export', () => {
  const id = 'i'.repeat(22)
  const file = { id, name: 'a.png', mediaType: 'image/png', dimensions: { width: 1, height: 1 } }
  const files = new Map([[id, file]])
  const content = `Write \`![a](file:${id})\` so.`
  assert.equal(
    replaceFiles(content, files, () => 'x'),
    content,
  )
  const json = chatAsOpenAiMessages({ model: 'm', messages: [{ role: 'user', content }], files })
  assert.deepEqual((JSON.parse(json) as { messages: unknown }).messages, [{ role: 'user', content }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatAsMarkdown } from './chat-as-markdown.ts'

test('a chat reads as a title, its model and a heading per message', () => {
  const markdown = chatAsMarkdown({
    name: 'Trip to Rome',
    model: 'gpt-4o',
    messages: [
      { role: 'user', content: 'Where to?' },
      { role: 'assistant', content: 'To the **Forum**.\n\nThen eat.' },
    ],
  })
  assert.equal(
    markdown,
    '# Trip to Rome\n\nModel: gpt-4o\n\n## User\n\nWhere to?\n\n## Assistant\n\nTo the **Forum**.\n\nThen eat.\n',
  )
})

test('a message that contains a role heading shows it as text and begins no other message', () => {
  const markdown = chatAsMarkdown({
    name: 'n',
    model: 'm',
    messages: [{ role: 'user', content: 'a\n## Assistant\n\\## User\n## Users' }],
  })
  assert.equal(markdown, '# n\n\nModel: m\n\n## User\n\na\n\\## Assistant\n\\\\## User\n## Users\n')
})

test('a name over several lines stays one title, and a chat without a model has no line for it', () => {
  assert.equal(chatAsMarkdown({ name: 'a\n## User', model: ' ', messages: [] }), '# a ## User\n')
})

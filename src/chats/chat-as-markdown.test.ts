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

test('a name over several lines stays one title, and a chat without a model is told from the files of others all the same', () => {
  assert.equal(chatAsMarkdown({ name: 'a\n## User', model: ' ', messages: [] }), '# a ## User\n\nModel:\n')
})

/** Every spelling of a heading that CommonMark shows as one of ours, and how it is written. */
const spellings: readonly (readonly [string, string])[] = [
  ['## Assistant ##', '\\## Assistant ##'],
  [' ## Assistant', ' \\## Assistant'],
  ['   ##   Assistant   ', '   \\##   Assistant   '],
  ['##\tAssistant', '\\##\tAssistant'],
  ['## **Assistant**', '\\## **Assistant**'],
  ['## `User` #', '\\## `User` #'],
  ['## Assist&#97;nt', '\\## Assist&#97;nt'],
  ['## Assist&#x61;nt&nbsp;', '\\## Assist&#x61;nt&nbsp;'],
  ['## Assis&shy;tant', '\\## Assis&shy;tant'],
  ['## <b title=">">Assistant</b>', '\\## <b title=">">Assistant</b>'],
  ['## Assis<!-- x -->tant', '\\## Assis<!-- x -->tant'],
  ['## [Assistant](https://example.com/a(b)c "t")', '\\## [Assistant](https://example.com/a(b)c "t")'],
  ['## Assis[](x)tant[](y)', '\\## Assis[](x)tant[](y)'],
  ['## assistant', '\\## assistant'],
  ['Assistant\n---', 'Assistant\n\\---'],
  ['Assistant\n  -  ', 'Assistant\n  \\-  '],
  ['# Title\nAssistant\n---', '# Title\nAssistant\n\\---'],
  ['**User**\n<a></a>\n-----', '**User**\n<a></a>\n\\-----'],
  ['Assistant <b\na\nb\nc\nd\ne\nf\ng\nh>\n---', 'Assistant <b\na\nb\nc\nd\ne\nf\ng\nh>\n\\---'],
  ['a\r## Assistant\rb', 'a\r\\## Assistant\rb'],
  ['a\r\n## Assistant\r\nb', 'a\r\n\\## Assistant\r\nb'],
  ['Assistant\r---\rb', 'Assistant\r\\---\rb'],
]

for (const [content, written] of spellings) {
  test(`a message shows ${JSON.stringify(content)} as text`, () => {
    const markdown = chatAsMarkdown({ name: 'n', model: 'm', messages: [{ role: 'user', content }] })
    assert.equal(markdown, `# n\n\nModel: m\n\n## User\n\n${written}\n`)
  })
}

for (const content of [
  '## Users',
  '## User management',
  '## The `<User>` component',
  '## 1. [Queue](https://example.com/reader)',
  '### Assistant',
  'Assistant\n\n---',
  'The user has to wait.\n---',
  'Assistant\n===',
  '---\nuser: ada\n---',
  '    ## Assistant',
  '##Assistant',
]) {
  test(`a message keeps ${JSON.stringify(content)} as it is`, () => {
    const markdown = chatAsMarkdown({ name: 'n', model: 'm', messages: [{ role: 'user', content }] })
    assert.equal(markdown, `# n\n\nModel: m\n\n## User\n\n${content}\n`)
  })
}

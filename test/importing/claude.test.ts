import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importFixture, importJson } from '../kit/importing.ts'

test('a conversation of Claude comes in by its blocks, with artifacts, and by its text where it has none', async () => {
  const { chats, failed } = await importFixture('claude.json')
  const [chat] = chats
  assert.equal(chat?.name, 'Budget review')
  assert.equal(chat?.sourceKey, 'claude:aaaaaaaa-0000-4000-8000-000000000001')
  assert.equal(chat?.createdAt, Date.parse('2025-03-01T09:00:00.123Z'))
  assert.deepEqual(
    chat?.messages.map(({ content }) => content),
    [
      '**File: budget.csv**\n\n````csv\nitem,cost\n```tea```,3\n````\n\n*[image: chart.png]*\n\nSummarise this',
      '> **Reasoning**\n>\n> Only tea.\n\nLet me draw it.\n\n**Artifact: Summary**\n\n```html\n<p>Tea: 3</p>\n```\n\nYou spend 3 on tea.',
      'Thanks (an old message without blocks)',
      'Here: **Artifact: Tea**\n\n```python\nprint(3)\n```',
    ],
  )
  assert.deepEqual(chat?.leftOut, { image: 1, 'tool result': 1, 'tool call': 1 })
  assert.deepEqual(failed, [{ title: 'Conversation 2', reason: 'It has no messages.' }])
})

test('of several branches the one on the page is taken', async () => {
  const { chats } = await importJson({
    uuid: 'x',
    name: 'Branches',
    current_leaf_message_uuid: 'c',
    chat_messages: [
      message('a', 'root', 'human', 'Q'),
      message('b', 'a', 'assistant', 'not shown'),
      message('c', 'a', 'assistant', 'shown'),
    ],
  })
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['Q', 'shown'],
  )
  assert.deepEqual(chats[0]?.leftOut, { 'message from a replaced branch': 1 })
})

test('without a current message the branch of the last one is taken, and everything where links are missing', async () => {
  const root = '00000000-0000-4000-8000-000000000000'
  const branches = [
    message('a', root, 'human', 'Q'),
    message('b', 'a', 'assistant', 'A'),
    message('c', root, 'human', 'Q anew'),
    message('d', 'c', 'assistant', 'A anew'),
  ]
  const linked = await importJson([{ uuid: 'x', chat_messages: branches }])
  assert.deepEqual(
    linked.chats[0]?.messages.map(({ content }) => content),
    ['Q anew', 'A anew'],
  )
  const broken = await importJson([
    { uuid: 'x', chat_messages: [message('a', root, 'human', 'Q'), message('d', 'gone', 'assistant', 'A')] },
  ])
  assert.equal(broken.chats[0]?.messages.length, 2)
})

test('files made for the person come in like artifacts, other tools and sources of a search are counted', async () => {
  const { chats } = await importJson([
    {
      uuid: 'x',
      name: '',
      summary: '',
      chat_messages: [
        {
          uuid: 'a',
          sender: 'human',
          text: '',
          content: [{ type: 'text', text: 'Make a page', citations: [] }],
        },
        {
          uuid: 'b',
          sender: 'assistant',
          text: '```\nThis block is not supported on your current device yet.\n```\n\nDone.',
          content: [
            { type: 'thinking', thinking: 'A page.', summaries: [{ summary: 'Thinking' }], cut_off: false },
            { type: 'tool_use', name: 'web_search', input: { query: 'pages' } },
            { type: 'tool_result', name: 'web_search', content: [{ type: 'knowledge', title: 'P' }] },
            {
              type: 'tool_use',
              name: 'create_file',
              input: { path: '/home/claude/try.py', file_text: 'no' },
            },
            {
              type: 'tool_use',
              name: 'create_file',
              input: {
                description: 'page',
                path: '/mnt/user-data/outputs/page.html',
                file_text: '<p>Hi</p>',
              },
            },
            { type: 'tool_result', name: 'create_file', content: [{ type: 'text', text: 'ok' }] },
            { type: 'token_budget', remaining: 3 },
            { type: 'flag', flag: 'x' },
            {
              type: 'text',
              text: 'Done.',
              citations: [{ details: { type: 'web_search_citation', url: 'https://p' } }],
            },
          ],
        },
      ],
    },
  ])
  assert.equal(
    chats[0]?.messages[1]?.content,
    '> **Reasoning**\n>\n> A page.\n\n**Artifact: page.html**\n\n```html\n<p>Hi</p>\n```\n\nDone.',
  )
  assert.equal(chats[0]?.name, 'Make a page')
  assert.deepEqual(chats[0]?.leftOut, { citation: 1, 'tool call': 2, 'tool result': 2 })
})

function message(uuid: string, parent: string, sender: string, text: string): object {
  return { uuid, parent_message_uuid: parent, sender, text }
}

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
})

function message(uuid: string, parent: string, sender: string, text: string): object {
  return { uuid, parent_message_uuid: parent, sender, text }
}

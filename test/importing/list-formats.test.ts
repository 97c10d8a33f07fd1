import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { flatFormats, listFormats } from '../../src/importing/formats/lists/list-formats.ts'
import type { ImportedChat } from '../../src/importing/imported-chat.ts'
import { importFixture } from '../kit/importing.ts'

const thoughtful = 'assistant: > **Reasoning**\n>\n> Hm.\n\nA1'

/** What a fixture's first chat says where that isn't a question and its answer. */
const others: Record<string, string[]> = {
  'grok.json': ['user: Q1', thoughtful],
  'big-agi.json': ['user: Q1', thoughtful],
  'huggingchat.json': ['user: Q1', thoughtful],
  'lm-studio.conversation.json': ['user: Q1', thoughtful],
  'lobechat.json': ['user: Q1', thoughtful],
}

/** And its other chats. */
const more: Record<string, string[][]> = {
  'nextchat.json': [['user: Q2\n\n*[image]*', 'assistant: A2']],
  'big-agi.json': [['user: Q2', 'assistant: A2']],
  'lobechat.json': [['user: Q2']],
}

function said({ messages }: ImportedChat): string[] {
  return messages.map(({ role, content }) => `${role}: ${content}`)
}

const fixtures = readdirSync(new URL('../fixtures/importing/lists/', import.meta.url))

for (const file of fixtures) {
  test(`${file} comes in with its title, who said what, and the branch that is shown`, async () => {
    const { chats, failed } = await importFixture(`lists/${file}`)
    assert.deepEqual(failed, [])
    assert.equal(chats[0]?.name, 'Moons')
    assert.deepEqual(chats.map(said), [others[file] ?? ['user: Q1', 'assistant: A1'], ...(more[file] ?? [])])
  })
}

test('every entry of the table has a fixture, and is what reads it', async () => {
  const met = new Set<string>()
  for (const file of fixtures)
    for (const { sourceKey } of (await importFixture(`lists/${file}`)).chats)
      met.add(sourceKey.split(':')[0] ?? '')
  for (const { source } of [...listFormats, ...flatFormats]) assert.ok(met.has(source), source)
  assert.equal(fixtures.length, listFormats.length + flatFormats.length)
})

test('formats that are no lists of messages come in as well', async () => {
  const cases: Record<string, string[][]> = {
    'MyActivity.html': [['user: Q1', 'assistant: A1 **now**', 'user: Q2', 'assistant: A2']],
    'perplexity.md': [
      ['user: Q1', 'assistant: A1\n\n# A heading of the answer\n\nmore', 'user: Q2', 'assistant: A2'],
    ],
    'batch-output.jsonl': [['assistant: A1'], ['assistant: A2'], ['user: Q3', 'assistant: A3']],
    'chunks.jsonl': [['assistant: A1']],
    'langgraph.json': [['user: Q1', 'assistant: A1']],
    'dpo.jsonl': [
      ['user: Q1', 'assistant: A1'],
      ['user: Q2', 'assistant: A2'],
      ['user: Q3', 'assistant: A3'],
    ],
    'alpaca-history.json': [['user: Q1', 'assistant: A1', 'user: Q2\n\nof Neptune', 'assistant: A2']],
    'newest-first.json': [['user: Q1', 'assistant: A1']],
    'rows-of-two-conversations.jsonl': [
      ['user: Q1', 'assistant: A1'],
      ['user: Q2', 'assistant: A2'],
    ],
  }
  for (const [file, expected] of Object.entries(cases)) {
    const { chats, failed } = await importFixture(`others/${file}`)
    assert.deepEqual(failed, [], file)
    assert.deepEqual(chats.map(said), expected, file)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importBytes, importFixture, importJson } from '../kit/importing.ts'

test('messages as OpenAI takes them are one chat', async () => {
  const [chat, ...others] = (await importFixture('openai-messages.json')).chats
  assert.deepEqual(others, [])
  assert.equal(chat?.model, 'gpt-4.1')
  assert.deepEqual(chat?.messages, [
    { role: 'user', content: 'What is this?\n\n*[image]*' },
    { role: 'assistant', content: 'A cat.' },
  ])
  assert.deepEqual(chat?.leftOut, { 'system message': 1, image: 1, 'tool call': 1, 'tool result': 1 })
})

test('messages as Anthropic takes them are one chat, results of tools nobody’s words', async () => {
  const [chat] = (await importFixture('anthropic-messages.json')).chats
  assert.equal(chat?.name, 'Add 2 and 2')
  assert.deepEqual(
    chat?.messages.map(({ role, content }) => `${role}: ${content}`),
    [
      'user: Add 2 and 2',
      "assistant: > **Reasoning**\n>\n> Easy.\n\nI'll compute.",
      'assistant: Four.',
      'user: **File: poem.txt**\n\n```txt\nRoses\n```\n\nAnd this?',
    ],
  )
})

test('a collection of ShareGPT comes in chat by chat, and two that begin alike stay two', async () => {
  const { chats } = await importFixture('sharegpt.json')
  assert.deepEqual(
    chats.map(({ messages }) => messages.map(({ content }) => content)),
    [
      ['Hello', 'Hi there'],
      ['Hello', 'Hi again'],
    ],
  )
  assert.equal(new Set(chats.map(({ sourceKey }) => sourceKey)).size, 2)
})

test('bare arrays, wrapped arrays, lists of lists, lines, and words of other APIs come in alike', async () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
  ]
  const one = [['user: Hi', 'assistant: Hello']]
  assert.deepEqual(await contents(JSON.stringify(messages)), one)
  assert.deepEqual(await contents(JSON.stringify({ messages }, null, 2)), one)
  assert.deepEqual(await contents(messages.map((message) => JSON.stringify(message)).join('\n')), one)
  assert.deepEqual(await contents(JSON.stringify([messages, { messages }])), [...one, ...one])
  assert.deepEqual(await contents(`${JSON.stringify({ messages })}\r\n\r\n${JSON.stringify({ messages })}`), [
    ...one,
    ...one,
  ])
  assert.deepEqual(
    await contents(JSON.stringify({ data: { conversations: [{ messages }, { messages }] } })),
    [...one, ...one],
  )
  assert.deepEqual(
    await contents(
      JSON.stringify({
        contents: [
          { role: 'user', parts: [{ text: 'Hi' }] },
          { role: 'model', parts: [{ text: 'Hello' }] },
        ],
      }),
    ),
    one,
  )
  assert.deepEqual(
    await contents(
      JSON.stringify({
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
          { role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
        ],
      }),
    ),
    one,
  )
  assert.deepEqual(
    await contents(
      JSON.stringify([
        { from: 'human', value: 'Hi' },
        { from: 'gpt', value: 'Hello' },
      ]),
    ),
    one,
  )
})

test('what a message says is never lost for a missing field beside it', async () => {
  const { chats } = await importJson([
    { role: 'user', content: null },
    { role: 'USER', content: 'a' },
    { role: 'assistant', content: ['b', { text: 'c' }, null, 7] },
  ])
  assert.deepEqual(
    chats[0]?.messages.map(({ content }) => content),
    ['a', 'b\n\nc'],
  )
})

async function contents(text: string): Promise<string[][]> {
  const { chats } = await importBytes(text)
  return chats.map((chat) => chat.messages.map(({ role, content }) => `${role}: ${content}`))
}

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

test('what OpenAI’s Responses API was asked and answered comes in, reasoning and tools as of an answer', async () => {
  const response = {
    object: 'response',
    model: 'gpt-5.1',
    instructions: 'Be brief',
    input: 'Weather?',
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Ask the tool.' }] },
      { type: 'function_call', name: 'weather', arguments: '{"city":"Rome"}', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c', output: 'sunny' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Sunny.', annotations: [] }],
      },
    ],
  }
  const said = ['user: Weather?', 'assistant: > **Reasoning**\n>\n> Ask the tool.', 'assistant: Sunny.']
  const { chats } = await importJson(response)
  assert.deepEqual(
    chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
    said,
  )
  assert.deepEqual(chats[0]?.leftOut, { 'tool call': 1, 'tool result': 1, 'system message': 1 })
  const items = [
    { role: 'developer', content: 'x' },
    { type: 'message', role: 'user', content: 'Weather?' },
  ]
  const request = JSON.stringify({ model: 'gpt-5.1', input: [...items, ...response.output] })
  assert.deepEqual(await contents(request), [said])
})

test('a request to Anthropic with system blocks, and lines to fine-tune with, come in', async () => {
  const { chats } = await importJson({
    model: 'claude-opus-4-1',
    max_tokens: 9,
    system: [{ type: 'text', text: 'Be kind' }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
    ],
  })
  assert.deepEqual([chats[0]?.model, chats[0]?.messages[0]?.content], ['claude-opus-4-1', 'Hi'])
  assert.deepEqual(chats[0]?.leftOut, { 'system message': 1 })
  const lines = ['A', 'B'].map((content) =>
    JSON.stringify({
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content },
        { role: 'assistant', content: 'ok', weight: 1 },
      ],
    }),
  )
  assert.deepEqual(await contents(lines.join('\n')), [
    ['user: A', 'assistant: ok'],
    ['user: B', 'assistant: ok'],
  ])
})

test('turns of collections under the names of models, as items, alone or one per line come in', async () => {
  const turns = [
    { from: 'system', value: 's' },
    { from: 'human', value: 'Hi' },
    { from: 'gpt-4', value: 'Hello' },
    { from: 'human', value: 'More' },
    { from: 'bing', value: 'No' },
  ]
  const said = ['user: Hi', 'assistant: Hello', 'user: More', 'assistant: No']
  for (const one of [{ conversations: turns }, { id: 'x_0', items: turns }, { conversation: turns }, turns]) {
    assert.deepEqual(await contents(JSON.stringify(one)), [said])
    assert.deepEqual(await contents(JSON.stringify([one, one])), [said, said])
    if (!Array.isArray(one))
      assert.deepEqual(await contents(`${JSON.stringify(one)}\n${JSON.stringify(one)}`), [said, said])
  }
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

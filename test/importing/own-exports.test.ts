import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { chatAsJson } from '../../src/chats/chat-as-json.ts'
import { chatAsMarkdown } from '../../src/chats/chat-as-markdown.ts'
import { chatAsOpenAiMessages } from '../../src/chats/chat-as-openai-messages.ts'
import type { Role } from '../../src/chats/chat.ts'
import { importBytes, importFixture } from '../kit/importing.ts'

/** Texts that a message of the service can hold: well-formed, without NUL; many lines that look like our headings. */
const content = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '## User',
        '## Assistant',
        '\\## User',
        '\\\\## Assistant',
        '## User ',
        '## Assistant\r',
        '# Title',
        'Model: x',
        '',
        ' ',
        '\r',
        '```',
        '---',
      ),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((lines) => lines.join('\n').replaceAll('\0', '').toWellFormed())
  .filter((text) => text !== '')

const time = fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2100, 0) })
const role = fc.constantFrom<Role>('user', 'assistant')
const name = fc
  .stringMatching(/^[a-zA-Zäß📦][a-zA-Z0-9 #*äß📦]{0,50}[a-z]$/u)
  .map((text) => text.replace(/\s+/g, ' '))

test('a chat exported as Markdown comes back message by message, to the letter', async () => {
  await fc.assert(
    fc.asyncProperty(
      name,
      name,
      fc.array(fc.record({ role, content }, { noNullPrototype: true }), { minLength: 1, maxLength: 6 }),
      async (name, model, messages) => {
        const { chats } = await importBytes(chatAsMarkdown({ name, model, messages }))
        assert.deepEqual(chats[0]?.messages, messages)
        assert.equal(chats[0]?.name, name)
        assert.equal(chats[0]?.model, model)
      },
    ),
    { numRuns: 500 },
  )
})

test('a chat exported as JSON comes back without loss', async () => {
  const message = fc.record(
    { role, content: fc.oneof(content, fc.constant('')), createdAt: time, updatedAt: time },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(
      name,
      name,
      time,
      fc.array(message, { minLength: 1, maxLength: 6 }),
      async (name, model, createdAt, messages) => {
        const { chats } = await importBytes(chatAsJson({ name, model, createdAt, messages }))
        assert.equal(chats.length, 1)
        const {
          name: readName,
          model: readModel,
          createdAt: readAt,
          messages: read,
          leftOut,
        } = chats[0] ?? {}
        assert.deepEqual(
          { readName, readModel, readAt, read, leftOut },
          { readName: name, readModel: model, readAt: createdAt, read: messages, leftOut: {} },
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('several exports in one list or one per line come back as several chats', async () => {
  const exported = ['a', 'b'].map((name) =>
    chatAsJson({ name, model: 'm', messages: [{ role: 'user', content: name }] }),
  )
  for (const text of [
    `[${exported.join(',')}]`,
    exported.map((one) => JSON.stringify(JSON.parse(one))).join('\n'),
  ]) {
    const { chats } = await importBytes(text)
    assert.deepEqual(
      chats.map((chat) => chat.name),
      ['a', 'b'],
    )
  }
})

test('an export of a newer version is refused, not guessed at', async () => {
  const text = chatAsJson({ name: 'n', model: 'm', messages: [{ role: 'user', content: 'c' }] }).replace(
    '"version": 1',
    '"version": 2',
  )
  const { failed } = await importBytes(text)
  assert.match(failed[0]?.reason ?? '', /newer version/)
})

test('a chat exported as messages of OpenAI is what its API takes, and comes back', async () => {
  const messages = [
    { role: 'user' as const, content: 'Hi' },
    { role: 'assistant' as const, content: 'Hello' },
  ]
  const text = chatAsOpenAiMessages({
    model: 'gpt-4o',
    messages: messages.map((message) => ({ ...message, createdAt: 1 })),
  })
  assert.deepEqual(JSON.parse(text), { model: 'gpt-4o', messages })
  assert.deepEqual((await importBytes(text)).chats[0]?.messages, messages)
})

test('Markdown written by hand or on Windows comes in', async () => {
  const [chat] = (await importFixture('markdown.md')).chats
  assert.equal(chat?.name, 'Packing list')
  assert.equal(chat?.model, 'mistral-large')
  assert.deepEqual(chat?.messages, [
    { role: 'user', content: 'What do I need?' },
    { role: 'assistant', content: '- a hat\n- a map\n\n```md\n## User\n```' },
  ])
  const [windows] = (await importBytes('## User\r\nHi\r\nthere\r\n\r\n## Assistant\r\nHello\r\n')).chats
  assert.deepEqual(
    windows?.messages.map(({ content }) => content),
    ['Hi\nthere', 'Hello'],
  )
})

test('Markdown of other exporters comes in, whatever their headings call the two', async () => {
  const [chat] = (await importFixture('markdown-of-others.md')).chats
  assert.deepEqual(chat?.messages, [
    { role: 'user', content: 'Is this fine?' },
    { role: 'assistant', content: '## A heading of the answer\nYes.' },
  ])
  for (const [user, assistant] of [
    ['## Prompt:', '## Response:'],
    ['### 👤 Human', '### 🤖 Claude'],
    ['**You:**', '**ChatGPT:**'],
    ['_**User**_', '_**Assistant**_'],
    ['# USER', '# MODEL'],
    ['# You', '# ChatGPT'],
    ['## User', '## Claude Opus 4.1'],
    ['## User', '## Gemini'],
    ['## User (2026-01-17 20:31:59)', '## Assistant (2026-01-17 20:32:01)'],
    ['**User**', '**Assistant (gpt-5-mini)**'],
    ['__You__', '__ChatGPT 4o__'],
    ['##### You said:', '###### ChatGPT said:'],
    ['You said:', 'ChatGPT said:'],
    ['**User:** Q', '**Assistant:** A'],
    ['**Human**: Q', '**Claude**: A'],
    ['User: Q', 'Assistant: A'],
    ['Human:', 'AI:'],
  ] as const) {
    if (user.endsWith('Q')) {
      const { chats } = await importBytes(`${user}\n\n${assistant}`)
      assert.deepEqual(
        chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
        ['user: Q', 'assistant: A'],
        user,
      )
      continue
    }
    const { chats } = await importBytes(`intro\n\n${user}\n\nQ\n\n${assistant}\n\nA\n`)
    assert.deepEqual(
      chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
      ['user: Q', 'assistant: A'],
      user,
    )
  }
})

test('text that only mentions the two is no chat, and a title that names a model begins no message', async () => {
  for (const text of [
    'User: see the manual\n\nThat is all.',
    '# Notes\n\n**Important:** read this\n\nModel: x',
    '## Claude and Gemini compared\n\nBoth answer.',
    'The user: a person.',
  ]) {
    await assert.rejects(importBytes(text), { code: 'not-recognised' }, text)
  }
  const [chat] = (await importBytes('# ChatGPT\n\n## Prompt\n\nQ\n\n## Response\n\n**Note:** A\nUser: x'))
    .chats
  assert.deepEqual(
    chat?.messages.map(({ content }) => content),
    ['Q', '**Note:** A\nUser: x'],
  )
})

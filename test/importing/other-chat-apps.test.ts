import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importBytes, importFixture, importJson, readFixture } from '../kit/importing.ts'

test('a chat of Open WebUI comes in along the branch to its current message', async () => {
  const { chats } = await importFixture('open-webui.json')
  const [pasta, bare] = chats
  assert.equal(pasta?.name, 'Pasta')
  assert.equal(pasta?.model, 'Llama 3.2')
  assert.equal(pasta?.sourceKey, 'open-webui:0b6f-open')
  assert.equal(pasta?.createdAt, 1735689600000)
  assert.equal(pasta?.messages[0]?.content, '*[image]*\n\n*[file: recipe.txt]*\n\nHow long?')
  assert.match(pasta?.messages[1]?.content ?? '', /^> \*\*Reasoning\*\*\n>\n> Al dente\.\n+Nine minutes\.$/)
  assert.deepEqual(pasta?.leftOut, {
    'message from a replaced branch': 1,
    image: 1,
    file: 1,
    'tool call': 1,
  })
  assert.deepEqual(
    bare?.messages.map(({ content }) => content),
    ['Hi', 'Hello'],
  )
})

test('answers of several models that were merged, errors, sources and tools of Open WebUI come in or are told', async () => {
  const chat = {
    id: 'w1',
    title: 'Merged',
    chat: {
      models: ['a', 'b'],
      history: {
        currentId: '2',
        messages: {
          1: { id: '1', parentId: null, role: 'user', content: 'Sum?' },
          2: {
            id: '2',
            parentId: '1',
            role: 'assistant',
            model: 'a',
            content:
              '<details type="tool_calls" done="true" id="c1" name="add" arguments="&quot;{\\&quot;a\\&quot;: 1}&quot;" result="&quot;2 &lt; 3&quot;" files="">\n<summary>Tool Executed</summary>\n</details>\nTwo.',
            statusHistory: [{ action: 'web_search', done: true }],
            sources: [{ source: { name: 'x' } }],
            merged: { status: true, content: 'Both say two.' },
          },
          3: {
            id: '3',
            parentId: '1',
            role: 'assistant',
            model: 'b',
            content: '',
            error: { content: 'Down' },
          },
        },
      },
    },
  }
  const plain = (await importJson([chat])).chats[0]
  assert.equal(plain?.messages[1]?.content, 'Two.\n\nBoth say two.')
  assert.deepEqual(plain?.leftOut, {
    'message from a replaced branch': 1,
    source: 1,
    'tool call': 1,
    'tool result': 1,
  })
  const withTools = (await importJson([chat], { includeTools: true })).chats[0]
  assert.match(withTools?.messages[1]?.content ?? '', /```tool add\na: 1\n```\n\n```result\n[^]*2 < 3/)
})

test('a chat of LibreChat comes in from a row of messages, along the last branch', async () => {
  const [chat] = (await importFixture('librechat-flat.json')).chats
  assert.equal(chat?.name, 'Knots')
  assert.equal(chat?.model, 'gpt-4o-mini')
  assert.equal(chat?.sourceKey, 'librechat:lc-1')
  assert.deepEqual(chat?.messages, [
    { role: 'user', content: 'Which knot?', createdAt: 1735787045678 },
    { role: 'assistant', content: '> **Reasoning**\n>\n> Rope?\n\nA bowline.', createdAt: 1735787049000 },
  ])
  assert.deepEqual(chat?.leftOut, {
    'message from a replaced branch': 1,
    'tool call': 1,
    'tool result': 1,
  })
})

test('messages of LibreChat without their conversation come in too, thoughts of older ones as a quote', async () => {
  const { chats } = await importJson([
    message('u1', '00000000-0000-0000-0000-000000000000', true, { text: 'Why?' }),
    message('a1', 'u1', false, {
      text: ':::thinking\nHm.\n:::\n\nBecause.',
      model: 'deepseek-r1',
      unfinished: true,
    }),
    message('u2', 'a1', true, { text: 'Sure?', content: [] }),
    message('a2', 'u2', false, {
      text: '',
      content: [
        { type: 'think', think: 'Yes.' },
        { type: 'agent_update', agent_update: { index: 0 } },
        { type: 'text', text: { value: 'Sure.' } },
        { type: 'error', error: 'cut off' },
      ],
    }),
  ])
  assert.equal(chats[0]?.sourceKey, 'librechat:lc-9')
  assert.equal(chats[0]?.model, 'deepseek-r1')
  assert.deepEqual(
    chats[0]?.messages.map(({ role, content }) => `${role}: ${content}`),
    [
      'user: Why?',
      'assistant: > **Reasoning**\n>\n> Hm.\n\nBecause.',
      'user: Sure?',
      'assistant: > **Reasoning**\n>\n> Yes.\n\nSure.',
    ],
  )
  assert.deepEqual(chats[0]?.leftOut, { 'error message': 1 })
})

test('a chat of LibreChat comes in from a tree of messages', async () => {
  const [chat] = (await importFixture('librechat-tree.json')).chats
  assert.equal(chat?.model, 'claude-3-5-sonnet')
  assert.deepEqual(
    chat?.messages.map(({ content }) => content),
    ['*[image: sea.jpg]*\n\nWhy tides?', 'The moon.'],
  )
  const renamed = (await readFixture('librechat-tree.json'))
    .toString()
    .replace('"messagesTree"', '"messages"')
  assert.deepEqual((await importBytes(renamed)).chats[0]?.messages, chat?.messages)
})

test('a prompt of Google AI Studio comes in, called like its file', async () => {
  const { chats } = await importBytes(await readFixture('ai-studio.json'), { fileName: 'My Drive/Poem club' })
  assert.equal(chats[0]?.name, 'Poem club')
  assert.equal(chats[0]?.model, 'gemini-2.5-pro')
  assert.deepEqual(chats[0]?.messages, [
    { role: 'user', content: '*[file]*\n\nWhat is in the document?' },
    { role: 'assistant', content: '> **Reasoning**\n>\n> **Reading**\n>\n> It is short.\n\nA poem.' },
  ])
  assert.deepEqual(chats[0]?.leftOut, {
    file: 1,
    'tool call': 1,
    'tool result': 1,
    'system message': 1,
    'unsent message': 1,
  })
})

test('a renamed file of a format without titles is still the same chat', async () => {
  const bytes = await readFixture('ai-studio.json')
  const [one, other] = await Promise.all(
    ['a.json', 'b.json'].map((fileName) => importBytes(bytes, { fileName })),
  )
  assert.equal(one?.chats[0]?.sourceKey, other?.chats[0]?.sourceKey)
})

function message(messageId: string, parentMessageId: string, isCreatedByUser: boolean, rest: object): object {
  const sender = isCreatedByUser ? 'User' : 'DeepSeek'
  const createdAt = '2026-01-02T03:04:05.678Z'
  return { messageId, parentMessageId, conversationId: 'lc-9', isCreatedByUser, sender, createdAt, ...rest }
}

test('a picture of Open WebUI that lies on the web stays a link', async () => {
  const message = {
    id: '1',
    parentId: null,
    role: 'user',
    content: 'Look',
    files: [{ type: 'image', url: 'https://x.example/a.png' }],
  }
  const chat = { history: { messages: { 1: message }, currentId: '1' } }
  const { chats } = await importJson([{ id: 'c', title: 'A picture', chat }])
  assert.match(chats[0]?.messages[0]?.content ?? '', /\[image\]\(https:\/\/x\.example\/a\.png\)/)
})

test('a file of a few bytes comes with a message of OpenAI’s', async () => {
  const kept: string[] = []
  const files = {
    keep: ({ bytes, name }: { bytes: Uint8Array; name?: string }) => {
      kept.push(`${name}: ${Buffer.from(bytes).toString()}`)
      return 'k'.repeat(22)
    },
    idOf: () => 'x'.repeat(22),
    rename: () => undefined,
    take: () => [],
  }
  const file_data = `data:application/octet-stream;base64,${Buffer.from('few').toString('base64')}`
  const content = [
    { type: 'text', text: 'Read' },
    { type: 'file', file: { filename: 'x.md', file_data } },
  ]
  const { chats } = await importJson({ model: 'm', messages: [{ role: 'user', content }] }, { files })
  assert.equal(chats[0]?.messages[0]?.content, `Read\n\n[x.md](file:${'k'.repeat(22)})`)
  assert.deepEqual(kept, ['x.md: few'])
})

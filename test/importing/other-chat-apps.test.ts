import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importBytes, importFixture, readFixture } from '../kit/importing.ts'

test('a chat of Open WebUI comes in along the branch to its current message', async () => {
  const { chats } = await importFixture('open-webui.json')
  const [pasta, bare] = chats
  assert.equal(pasta?.name, 'Pasta')
  assert.equal(pasta?.model, 'Llama 3.2')
  assert.equal(pasta?.sourceKey, 'open-webui:0b6f-open')
  assert.equal(pasta?.createdAt, 1735689600000)
  assert.equal(pasta?.messages[0]?.content, '*[image]*\n\n*[file: recipe.txt]*\n\nHow long?')
  assert.match(pasta?.messages[1]?.content ?? '', /^> \*\*Reasoning\*\*\n>\n> Al dente\.\n+Nine minutes\.$/)
  assert.deepEqual(pasta?.leftOut, { image: 1, file: 1, 'tool call': 1 })
  assert.deepEqual(
    bare?.messages.map(({ content }) => content),
    ['Hi', 'Hello'],
  )
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
  assert.deepEqual(chat?.leftOut, { 'tool call': 1 })
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

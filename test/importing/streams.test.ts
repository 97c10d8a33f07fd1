import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importChats } from '../../src/importing/import-chats.ts'
import { leftOutSentence } from '../../src/importing/left-out.ts'
import { chunksOf, importBytes, importFixture, importJson, readFixture } from '../kit/importing.ts'

const text = JSON.stringify([{ role: 'user', content: 'Grüße “quoted” 日本 📦' }])

test('a file comes in the same however its bytes arrive', async () => {
  const whole = await importFixture('chatgpt.json')
  const bytes = await readFixture('chatgpt.json')
  for (const size of [1, 2, 3, 511, 512, 513, 1e9])
    assert.deepEqual(await importBytes(bytes, {}, size), whole)
  const lines = await readFixture('claude-code.jsonl')
  for (const size of [1, 7, 1e9])
    assert.deepEqual(await importBytes(lines, {}, size), await importFixture('claude-code.jsonl'))
})

test('UTF-8 with a byte order mark, and UTF-16 of either order with and without one, come in right', async () => {
  const little = Buffer.from(text, 'utf16le')
  const encodings = {
    'UTF-8 with mark': Buffer.from(`\ufeff${text}`),
    'UTF-16 little': Buffer.from(`\ufeff${text}`, 'utf16le'),
    'UTF-16 big': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    'UTF-16 little without mark': little,
    'UTF-16 big without mark': Buffer.from(little).swap16(),
  }
  for (const [name, bytes] of Object.entries(encodings)) {
    for (const size of [3, 1000]) {
      const { chats } = await importBytes(bytes, {}, size)
      assert.equal(chats[0]?.messages[0]?.content, 'Grüße “quoted” 日本 📦', name)
    }
  }
})

test('what is no UTF-8 is read as Latin-1', async () => {
  const { chats } = await importBytes(Buffer.from('[{"role":"user","content":"Gr\xfc\xdfe"}]', 'latin1'))
  assert.equal(chats[0]?.messages[0]?.content, 'Grüße')
})

test('a file that ends in the middle gives what is whole and names what isn’t', async () => {
  const bytes = await readFixture('chatgpt.json')
  const { chats, failed } = await importBytes(bytes.subarray(0, bytes.indexOf('cycle-1')))
  assert.equal(chats[0]?.name, 'Sunset haiku')
  assert.deepEqual(failed, [{ title: 'Conversation 2', reason: 'The file ends in the middle of it.' }])
})

test('progress counts the bytes read, up to all of them', async () => {
  const conversation = { messages: [{ role: 'user', content: 'x'.repeat(100_000) }] }
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 40 }, () => conversation)))
  const told: number[] = []
  for await (const event of importChats(chunksOf(bytes, 65_536)))
    if (event.kind === 'progress') told.push(event.bytes)
  assert.ok(told.length >= 4)
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.equal(told.at(-1), bytes.length)
})

test('the same file imported twice has the same keys, and conversations that begin alike have different ones', async () => {
  const chats = [1, 2].map((n) => ({
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: `${n}` },
    ],
  }))
  const first = (await importJson(chats)).chats.map(({ sourceKey }) => sourceKey)
  assert.equal(new Set(first).size, 2)
  assert.deepEqual(
    (await importJson(chats)).chats.map(({ sourceKey }) => sourceKey),
    first,
  )
  const grown = chats.map((chat) => ({ messages: [...chat.messages, { role: 'user', content: 'More' }] }))
  assert.deepEqual(
    (await importJson(grown)).chats.map(({ sourceKey }) => sourceKey),
    first,
  )
})

test('a message over 1 MiB is cut with a note and told', async () => {
  const { chats } = await importJson([{ role: 'user', content: 'ü'.repeat(700_000) }])
  const content = chats[0]?.messages[0]?.content ?? ''
  assert.ok(Buffer.byteLength(content) <= 1024 * 1024 && Buffer.byteLength(content) > 1024 * 1024 - 10)
  assert.match(content, /ü\n\n\[The rest of this message was too long to import\.\]$/)
  assert.deepEqual(chats[0]?.leftOut, { 'end of a long message': 1 })
})

test('a chat of more than 100,000 messages or 64 MiB stays out with the reason, the others come in', async () => {
  const value = [
    chatOf('Many', 100_001, 'x'),
    chatOf('Long', 66, 'x'.repeat(1024 * 1024)),
    chatOf('Fine', 1, 'x'),
  ]
  const { chats, failed } = await importBytes(`[${value.join()}]`, {}, 1e6)
  assert.deepEqual(
    chats.map(({ name }) => name),
    ['Fine'],
  )
  assert.deepEqual(failed, [
    { title: 'Many', reason: 'It has 100001 messages; a chat holds at most 100000.' },
    { title: 'Long', reason: 'Its messages take 66 MiB; a chat holds at most 64 MiB.' },
  ])
})

test('a conversation too large to hold stays out by its title, the others come in', async () => {
  const value = [
    { title: 'Huge', messages: [{ role: 'user', content: 'x'.repeat(300_000) }] },
    { title: 'Fine', messages: [{ role: 'user', content: 'x' }] },
  ]
  for (const size of [1000, 1e9]) {
    const { chats, failed } = await importBytes(
      JSON.stringify(value),
      { limits: { longestValue: 100_000 } },
      size,
    )
    assert.deepEqual(
      { in: chats.map(({ name }) => name), out: failed.map(({ title }) => title) },
      { in: ['Fine'], out: ['Huge'] },
    )
    assert.match(failed.map(({ reason }) => reason).join(), /too large/)
  }
})

test('NUL, lone surrogates, and names of any length and kind end as what the service stores', async () => {
  const { chats } = await importBytes(
    `{"title":"${'ab\\n'.repeat(500)}","messages":[{"role":"user","content":"a\\u0000b\\ud800c"}]}`,
  )
  assert.equal(chats[0]?.messages[0]?.content, 'ab\ufffdc')
  assert.equal(chats[0]?.name.length, 200)
  assert.match(chats[0]?.name ?? '', /^ab ab .*…$/)
})

test('what was left out reads as a sentence', () => {
  assert.equal(leftOutSentence({ image: 3, canvas: 1 }), '3 images, 1 canvas left out')
  assert.equal(
    leftOutSentence({ canvas: 2, 'end of a long message': 2, 'tool call': 1 }),
    '2 canvases, 2 ends of a long message, 1 tool call left out',
  )
  assert.equal(leftOutSentence({}), undefined)
})

/** A conversation that says the same again and again, as JSON. */
function chatOf(title: string, count: number, content: string): string {
  const message = JSON.stringify({ role: 'user', content })
  return `{"title":"${title}","messages":[${Array.from({ length: count }, () => message).join()}]}`
}

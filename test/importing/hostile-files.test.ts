import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ImportError } from '../../src/importing/imported-chat.ts'
import { importBytes, importFixture, readFixture, type Imported } from '../kit/importing.ts'
import { zip } from '../kit/zip.ts'

const fixtures = [
  'ai-studio.json',
  'anthropic-messages.json',
  'chatgpt.json',
  'claude-code.jsonl',
  'claude.json',
  'codex-2025.jsonl',
  'codex.jsonl',
  'librechat-flat.json',
  'librechat-tree.json',
  'markdown-of-others.md',
  'markdown.md',
  'open-webui.json',
  'openai-messages.json',
  'sharegpt.json',
  ...readdirSync(new URL('../fixtures/importing/cases/', import.meta.url)).map((name) => `cases/${name}`),
]

/** What came in and what the person is told; anything but an ImportError is our mistake. */
async function tryToImport(bytes: Uint8Array | string): Promise<Imported | undefined> {
  try {
    const chunkSize = bytes.length < 100_000 ? 1000 : 65_536
    const imported = await importBytes(bytes, { includeTools: bytes.length % 2 === 0 }, chunkSize)
    for (const { messages, name, model } of imported.chats) {
      assert.ok(messages.length > 0 && name !== '' && model !== '')
      for (const { content, createdAt } of messages) {
        assert.ok(content.isWellFormed() && !content.includes('\0'))
        assert.ok(createdAt === undefined || Number.isSafeInteger(createdAt))
      }
    }
    for (const { title, reason } of imported.failed) assert.ok(title !== '' && reason !== '')
    return imported
  } catch (error) {
    assert.ok(error instanceof ImportError, String(error))
    assert.match(error.message, /^[A-Z].*\.$/)
    return undefined
  }
}

const fields = [
  'mapping',
  'message',
  'author',
  'role',
  'content',
  'parts',
  'content_type',
  'parent',
  'children',
  'current_node',
  'metadata',
  'chat_messages',
  'sender',
  'text',
  'attachments',
  'files',
  'history',
  'messages',
  'currentId',
  'parentId',
  'chat',
  'messagesTree',
  'chunkedPrompt',
  'chunks',
  'conversations',
  'from',
  'value',
  'type',
  'sessionId',
  'uuid',
  'parentUuid',
  'payload',
  'input',
  'id',
  'title',
  'name',
  'model',
  'create_time',
  'timestamp',
  'format',
  'version',
  'a',
  '__proto__',
  'constructor',
  'toString',
]
const words = [
  'user',
  'assistant',
  'human',
  'system',
  'tool',
  'text',
  'multimodal_text',
  'code',
  'thoughts',
  'tool_use',
  'tool_result',
  'thinking',
  'image',
  'response_item',
  'event_msg',
  'session_meta',
  'user_message',
  'neptun-share-chat',
  'a',
  'b',
  '__proto__',
  '',
  '<details type="reasoning">',
  '2024-01-01',
]
// A `toString` that is no function makes code fail that takes the object for a text.
const unspeakable = { toString: 1, valueOf: 1 }
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(...words, null, true, 0, 1, 1.7e9, -1, 1e300, unspeakable, [unspeakable]),
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...fields), tie('json')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}))

test('any JSON ends in chats, in reasons, or in one sentence', async () => {
  await fc.assert(
    fc.asyncProperty(json, async (value) => void (await tryToImport(JSON.stringify(value)))),
    { numRuns: 1000 },
  )
})

test('any conversation in which something was replaced, dropped or added ends the same', async () => {
  const originals = await Promise.all(
    fixtures
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => JSON.parse((await readFixture(name)).toString())),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(400), json), { minLength: 1, maxLength: 4 }),
      async (original, changes) => {
        let value: unknown = original
        for (const [at, replacement] of changes) value = replaceNth(value, at, replacement)
        await tryToImport(JSON.stringify(value))
      },
    ),
    { numRuns: 700 },
  )
})

test('a file cut anywhere, or with bytes changed anywhere, ends the same', async () => {
  // One of them at each place, and another one at that of the next file.
  const others = [0, 0x22, 0x5d, 0x7b, 0xff]
  let changes = 0
  for (const name of fixtures) {
    const bytes = await readFixture(name)
    const step = Math.max(1, Math.floor(bytes.length / 60))
    for (let at = 0; at < bytes.length; at += step) {
      await tryToImport(bytes.subarray(0, at))
      const changed = Buffer.from(bytes)
      changed[at] = others[changes++ % others.length] ?? 0
      await tryToImport(changed)
    }
  }
})

test('random bytes end in one sentence, also behind the beginning of an archive', async () => {
  const archive = zip([{ name: 'a.json', content: '[]' }])
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(archive.length), async (bytes, kept) => {
      await tryToImport(bytes)
      await tryToImport(Buffer.concat([archive.subarray(0, kept), bytes]))
    }),
    { numRuns: 300 },
  )
})

test('nesting of any depth is no danger', async () => {
  const depth = 200_000
  for (const text of [
    '['.repeat(depth) + ']'.repeat(depth),
    '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
    `[{"title":"Deep","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":[${'['.repeat(depth)}${']'.repeat(depth)}]}}}}}]`,
    `[{"role":"assistant","content":[{"type":"tool_use","input":${'['.repeat(depth)}${']'.repeat(depth)}}]}]`,
    `{"messagesTree":[${'{"messageId":"m","isCreatedByUser":true,"text":"x","children":['.repeat(20_000)}${']}'.repeat(20_000)}]}`,
  ]) {
    await tryToImport(text)
    await tryToImport(`${text} `)
  }
})

test('millions of values, lines or messages are refused before they fill the memory', async () => {
  const values = `[{"title":"Many","messages":[{"role":"user","content":[${'[],'.repeat(11_000_000)}1]}]},{"messages":[{"role":"user","content":"x"}]}]`
  const { chats, failed } = await importBytes(values, {}, 1e6)
  assert.equal(chats.length, 1)
  assert.deepEqual(
    failed.map(({ title, reason }) => `${title}: ${reason.slice(0, 22)}`),
    ['Many: It is too large to imp'],
  )
  const tooLarge = { name: 'ImportError', code: 'too-large' }
  await assert.rejects(importBytes(`## User\n${'\n'.repeat(4_100_000)}`, {}, 1e6), tooLarge)
  await assert.rejects(importBytes('{"role":"user","content":""}\n'.repeat(1_000_001), {}, 1e6), tooLarge)
  await assert.rejects(
    importBytes('{"type":"user","uuid":"","sessionId":""}\n'.repeat(1_000_001), {}, 1e6),
    tooLarge,
  )
})

test('cycles of any kind in a tree come in once around', async () => {
  const message = { author: { role: 'user' }, content: { parts: ['x'] } }
  const self = await importBytes(
    JSON.stringify([{ mapping: { a: { message, parent: 'a', children: ['a'] } }, current_node: 'a' }]),
  )
  assert.equal(self.chats[0]?.messages.length, 1)
  const webui = {
    history: {
      currentId: 'a',
      messages: {
        a: { role: 'user', content: 'x', parentId: 'b' },
        b: { role: 'assistant', content: 'y', parentId: 'a' },
      },
    },
  }
  assert.equal((await importBytes(JSON.stringify(webui))).chats[0]?.messages.length, 2)
  const session = await importBytes(
    [line('a', 'b', '1'), line('b', 'a', '2')].map((one) => JSON.stringify(one)).join('\n'),
  )
  assert.equal(session.chats[0]?.messages.length, 2)
})

test('a conversation of a hundred thousand nodes, each the only child, comes in whole', async () => {
  const mapping: Record<string, unknown> = {}
  for (let i = 0; i < 100_000; i++) {
    mapping[`n${i}`] = {
      parent: `n${i - 1}`,
      message: { author: { role: i % 2 === 0 ? 'user' : 'assistant' }, content: { parts: [`${i}`] } },
    }
  }
  const { chats } = await importBytes(JSON.stringify({ mapping, current_node: 'n99999' }))
  assert.equal(chats[0]?.messages.length, 100_000)
})

test('markup that is never closed takes no more time than any other text', async () => {
  for (const piece of [
    '<system-reminder>',
    '<details>',
    '<detailsx',
    '<antArtifact a="',
    '<antThinking>',
    '\ue200',
    '【1',
    '```',
    '/home/',
    'a@b:',
    'x@y:/"',
    '\\\\',
    '\\\\wsl$\\\\',
    'C:\\\\',
    '-rw-r--r-- 1 a',
    'Author: <',
    'user.name=',
    '<environment_details>',
    '<user_query>',
    '```result\\n',
    '\\## User ',
    '# ',
    '> ',
    'a\t  ',
    '<command-args>',
    'model:',
    '*',
    '_ ',
    '**User** ',
    '[',
    '](sandbox:',
    '【1',
    '"',
    '|',
  ]) {
    const text = piece.repeat(Math.ceil(500_000 / piece.length))
    const lines = { type: 'user', uuid: 'a', sessionId: 's', cwd: '/home/a/b', message: { content: text } }
    for (const file of [
      JSON.stringify({ chat_messages: [{ sender: 'assistant', text }] }),
      JSON.stringify({ history: { messages: { a: { role: 'assistant', content: `${text}</details>` } } } }),
      JSON.stringify({
        mapping: { a: { message: { author: { role: 'assistant' }, content: { parts: [text] } } } },
      }),
      JSON.stringify(lines),
      `title: ${text}\n\n## User\n${text}`,
    ]) {
      assert.ok(await tryToImport(file), piece)
    }
  }
})

test('lines that might announce somebody take no more time than any other, however many', async () => {
  for (const line of [
    '```',
    '```js',
    '~~~~',
    '**User**',
    '**User:** ```',
    '## User',
    '## Zorp',
    'User: x',
    'a: b',
    '[a]: b',
    '---',
    '> x',
    '# 2026-03-02T09:00:00    conversation: a id: b',
    '## chat-1',
    '## chat-1\n\n> q',
    '<a name="x"></a>',
    '**Ada**\n\nx\n\n**Zorp**',
    '(((',
    '<div>',
    'model: ' + '*_ '.repeat(100),
    ' '.repeat(1000) + 'x',
    '**' + 'a '.repeat(500),
  ]) {
    for (const before of ['', '## User\n\nhi\n\n']) {
      const unlike = Array.from(
        { length: Math.ceil(256_000 / (line.length + 1)) },
        (_, at) => `${line}${line.startsWith('##') ? at : ''}`,
      )
      await tryToImport(before + unlike.join('\n'))
    }
  }
})

test('keys like __proto__ are only keys', async () => {
  const { chats } = await importBytes(
    '{"mapping":{"__proto__":{"message":{"author":{"role":"user"},"content":{"parts":["x"]}}}},"current_node":"__proto__"}',
  )
  assert.equal(chats[0]?.messages[0]?.content, 'x')
  assert.equal(({} as Record<string, unknown>)['message'], undefined)
})

test('what is no file of chats is said to be none', async () => {
  for (const text of [
    '',
    ' \n',
    '[]',
    '{}',
    '42',
    '"text"',
    'null',
    'just text',
    '<!doctype html><p>',
    '\x1f\x8b\x08\x00',
    '%PDF-1.7\0',
    '[1,2,3]',
    '[{"id":1},{"id":2}]',
    '{"a":1}\n{"b":2}',
  ]) {
    await assert.rejects(importBytes(text), ImportError, text)
  }
  assert.equal((await importFixture('markdown.md')).chats.length, 1)
})

/** The value with its nth inner value, counted in order, replaced. */
function replaceNth(value: unknown, nth: number, replacement: unknown): unknown {
  let count = 0
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (count++ === nth + 1 ? replacement : inner)))
}

function line(uuid: string, parentUuid: string, content: string): object {
  return { type: 'user', uuid, parentUuid, sessionId: 's', message: { content } }
}

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { importBytes, readFixture } from '../kit/importing.ts'
import { zip } from '../kit/zip.ts'

/** As pictures begin: bytes by chance are a brace at times, as JSON begins. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0])

const chat = (text: string): string => JSON.stringify({ messages: [{ role: 'user', content: text }] })

test('the chats of an export come out of its .zip, split files too, and other files are counted', async () => {
  const bytes = zip([
    { name: 'user.json', content: '{"id":"user-1","email":"a@example.com"}' },
    { name: 'conversations-000.json', content: await readFixture('chatgpt.json') },
    { name: 'conversations-001.json', content: '[]' },
    { name: 'conversations-002.json', content: await readFixture('claude.json') },
    { name: 'chat.html', content: '<html></html>' },
    { name: 'file-abc/', content: '', isStored: true },
    { name: 'file-abc/sunset.png', content: randomBytes(5000), isStored: true },
    { name: 'notes.md', content: '## User\n\nHi\n' },
    { name: 'README.md', content: '# Nothing' },
  ])
  for (const size of [1, 100, 1e9]) {
    const { chats, failed, leftOut } = await importBytes(bytes, {}, size)
    assert.deepEqual(
      chats.map(({ name }) => name),
      ['Sunset haiku', 'Which way is *up*?', 'Budget review', 'notes'],
    )
    assert.equal(failed.length, 4)
    assert.deepEqual(leftOut, [{ 'other file in the archive': 5 }])
  }
})

test('prompts of AI Studio come out of an archive of one’s Drive, where they have no ending', async () => {
  const prompt = { chunkedPrompt: { chunks: [{ role: 'user', text: 'Hi' }] } }
  const { chats, leftOut } = await importBytes(
    zip([
      { name: 'Takeout/Drive/Google AI Studio/Plan v1.2', content: JSON.stringify(prompt, null, 2) },
      { name: 'Takeout/Drive/Google AI Studio/Notes', content: '## User\n\nHi' },
      { name: 'Takeout/Drive/photo', content: Buffer.concat([JPEG, randomBytes(3000)]) },
      { name: 'Takeout/Drive/inner.zip', content: zip([]) },
    ]),
  )
  assert.deepEqual(
    chats.map(({ name }) => name),
    ['Plan v1.2'],
  )
  assert.deepEqual(leftOut, [{ 'other file in the archive': 3 }])
  await assert.rejects(
    importBytes(zip([{ name: 'inner.zip', content: zip([]) }])),
    /unpack it, and import that one/,
  )
})

test('archives of all packing programs are read: sizes before or after, 32 or 64 bits, packed or not', async () => {
  for (const is64 of [false, true]) {
    for (const hasDescriptor of [false, true]) {
      const bytes = zip([
        { name: 'skipped.bin', content: randomBytes(70_000), is64, hasDescriptor },
        { name: 'empty.txt', content: '', is64, hasDescriptor },
        { name: 'a.json', content: chat('a'), is64, hasDescriptor },
        { name: 'b.json', content: chat('b'.repeat(200_000)), is64, hasDescriptor },
        { name: 'c.json', content: chat('c'), is64, isStored: true },
      ])
      for (const size of [1000, 1e9]) {
        const { chats } = await importBytes(bytes, {}, size)
        assert.deepEqual(
          chats.map(({ messages }) => messages[0]?.content[0]),
          ['a', 'b', 'c'],
          `${is64} ${hasDescriptor} ${size}`,
        )
      }
    }
  }
})

test('names of files are only names: paths out of the archive lead nowhere, archives in it stay closed', async () => {
  const { chats, leftOut } = await importBytes(
    zip([
      { name: '../../../../etc/cron.d/evil.json', content: chat('a') },
      { name: '/etc/passwd', content: 'root' },
      { name: 'C:\\Windows\\x.json', content: chat('b') },
      { name: '__MACOSX/._conversations.json', content: 'x' },
      { name: 'inner.zip', content: zip([{ name: 'c.json', content: chat('c') }]), isStored: true },
    ]),
  )
  assert.deepEqual(
    chats.map(({ name }) => name),
    ['a', 'b'],
  )
  assert.deepEqual(leftOut, [{ 'other file in the archive': 3 }])
})

test('an archive that unpacks to far more than it holds is refused', async () => {
  const bomb = Buffer.alloc(70 * 1024 * 1024, ' ')
  for (const file of [
    { name: 'conversations.json', content: bomb },
    { name: 'conversations.json', content: Buffer.concat([Buffer.from('["'), bomb]) },
    { name: 'bomb.bin', content: bomb, hasDescriptor: true },
  ]) {
    await assert.rejects(importBytes(zip([file, { name: 'a.json', content: chat('a') }])), {
      name: 'ImportError',
      code: 'too-large',
    })
  }
  await assert.rejects(
    importBytes(zip([{ name: 'a.json', content: chat('a'.repeat(5000)) }]), {
      limits: { unpackedBytes: 1000 },
    }),
    { code: 'too-large' },
  )
})

test('a bomb that is skipped is never unpacked', async () => {
  const bytes = zip([
    { name: 'bomb.bin', content: Buffer.alloc(70 * 1024 * 1024) },
    { name: 'a.json', content: chat('a') },
  ])
  assert.equal((await importBytes(bytes)).chats.length, 1)
})

test('an archive cut off, damaged, protected, or packed in an unknown way says so', async () => {
  const files = [
    { name: 'a.json', content: chat('a'.repeat(1000)) },
    { name: 'b.json', content: chat(randomBytes(5000).toString('hex')) },
  ]
  const whole = zip(files)
  for (const length of [5, 29, 40, 100, 1000, 3000]) {
    await assert.rejects(importBytes(whole.subarray(0, length)), { name: 'ImportError', code: 'damaged' })
  }
  await assert.rejects(importBytes(zip([{ name: 'a.json', content: chat('a'), claims: { crc: 1 } }])), {
    code: 'damaged',
    message: /damaged/,
  })
  await assert.rejects(importBytes(zip([{ name: 'a.json', content: chat('a'), claims: { flags: 1 } }])), {
    message: /password/,
  })
  await assert.rejects(importBytes(zip([{ name: 'a.json', content: chat('a'), claims: { method: 9 } }])), {
    message: /cannot be read/,
  })
  await assert.rejects(importBytes(zip([{ name: 'a.txt', content: 'a' }])), {
    message: 'There are no chats in this archive.',
  })
  await assert.rejects(importBytes(zip([])), { message: 'There are no chats in this archive.' })
})

test('a damaged file in an archive is named and the others come in', async () => {
  const { chats, failed } = await importBytes(
    zip([
      { name: 'exports/Half a chat.json', content: '{"messages":[{"role":"us' },
      { name: 'b.json', content: chat('b') },
    ]),
  )
  assert.deepEqual(failed, [{ title: 'Half a chat', reason: 'The file ends in the middle of it.' }])
  assert.equal(chats.length, 1)
})

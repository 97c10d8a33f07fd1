import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { importBytes } from '../kit/importing.ts'

const names = Array.from({ length: 6 }, (_, index) => `Chat ${index}`)

/** A conversation as ChatGPT exports it, with inner objects that begin like a conversation. */
function conversation(title: string): object {
  const references = [{ title: `Source of ${title}`, url: 'https://example.com' }]
  const message = {
    author: { role: 'user' },
    content: { content_type: 'text', parts: [`About ${title}: "so" he {said} [it], \\ `] },
    metadata: { content_references: references },
  }
  return {
    title,
    create_time: 1.7e9,
    mapping: { a: { id: 'a', message, parent: null } },
    conversation_id: title,
  }
}

const damages: Readonly<Record<string, (text: string) => string>> = {
  'a quote too many': (text) => text.replace('"title":', '"title":"'),
  'a quote too few': (text) => text.replace('"create_time"', '"create_time'),
  'a bracket too few': (text) => text.replace(/\}$/, ''),
  'a bracket too many': (text) => text.replace('"create_time"', '}"create_time"'),
  'a list left open': (text) => text.replace(/\]\s*\}/, '}'),
  'a quote that is not escaped': (text) => text.replace('\\"so\\"', '"so"'),
  'a piece that is missing': (text) => text.slice(0, 150) + text.slice(190),
  'a colon too few': (text) => text.replace('"title":', '"title"'),
}

test('a broken conversation costs itself alone, wherever it stands and however its bytes arrive', async () => {
  for (const indent of [0, 1]) {
    for (const [what, damage] of Object.entries(damages)) {
      for (const at of [0, 2, 5]) {
        const texts = names.map((name) => JSON.stringify(conversation(name), undefined, indent))
        texts[at] = damage(texts[at] ?? '')
        const bytes = Buffer.from(`[${texts.join(',')}]`)
        for (const size of [13, 1e6]) {
          const { chats, failed } = await importBytes(bytes, {}, size)
          const label = `${what} in chat ${at}, indented by ${indent}, in chunks of ${size}`
          const whole = names.filter((_, index) => index !== at)
          // What is before a bracket too many may be a conversation by itself.
          assert.deepEqual(
            chats.map(({ name }) => name).filter((name) => whole.includes(name)),
            whole,
            label,
          )
          assert.ok(failed.length >= 1 && failed.length <= 2, `${label}: ${JSON.stringify(failed)}`)
        }
      }
    }
  }
})

test('what could not be read is said to the byte', async () => {
  const [first = '', second = '', third = ''] = names.map((name) => JSON.stringify(conversation(name)))
  const broken = second.replace('"title":', '"title":"')
  const inside = await importBytes(`\ufeff [${first},${broken},${third}]`)
  const start = 3 + 2 + first.length + 1
  assert.deepEqual(inside.failed, [
    {
      title: 'Conversation 2',
      reason: `It is not valid JSON: bytes ${start} to ${start + broken.length} of the file could not be read.`,
    },
  ])
  const last = await importBytes(`[${first},${broken}`)
  assert.deepEqual(
    last.failed.map(({ reason }) => reason),
    [`It is not valid JSON: the rest of the file, from byte ${1 + first.length + 1} on, could not be read.`],
  )
  const more = await importBytes(`[${first}] and more`)
  assert.equal(more.chats.length, 1)
  assert.match(more.failed[0]?.reason ?? '', /the rest of the file, from byte \d+ on/)
})

test('files that were put together, or lost a comma, come in whole', async () => {
  const [first = '', second = '', third = ''] = names.map((name) => JSON.stringify(conversation(name)))
  const pretty = [first, second, third].map((text) => JSON.stringify(JSON.parse(text), undefined, 2))
  for (const text of [
    `[${first}][${second},${third}]`,
    `[${first}]\n[${second} ${third},]`,
    `\ufeff${first}\n\ufeff${second}\n${third}`,
    pretty.join('\n'),
    pretty.join(',\n'),
  ]) {
    const { chats, failed } = await importBytes(text)
    assert.deepEqual(
      chats.map(({ name }) => name),
      names.slice(0, 3),
    )
    assert.deepEqual(failed, [])
  }
})

test('a list of conversations in an object is read one by one, however long the object is', async () => {
  const text = JSON.stringify({
    exported: { at: '2026-01-01', chats: [{ no: 'conversation' }] },
    version: 3,
    conversations: names.map(conversation),
    users: [{ title: 'Not a chat' }],
  })
  const single = JSON.stringify(conversation('x')).length
  for (const size of [1, 50, 1e6]) {
    for (const file of [text, JSON.stringify(JSON.parse(text), undefined, 2)]) {
      const { chats, failed } = await importBytes(file, { limits: { longestValue: 4 * single } }, size)
      assert.deepEqual(
        chats.map(({ name }) => name),
        names,
      )
      assert.deepEqual(failed, [])
    }
  }
})

test('a single conversation that is cut off, and an archive of another kind, are named as what they are', async () => {
  const text = JSON.stringify(conversation('Alone'), undefined, 2)
  await assert.rejects(importBytes(text.slice(0, -30)), /^ImportError: The file ends in the middle of it\.$/)
  await assert.rejects(importBytes(gzipSync(text)), /This kind of archive cannot be read/)
})

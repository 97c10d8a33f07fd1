import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type ChatFacts, outlineOf } from '../../../reading/chat-format.ts'
import type { Message } from '../../../chats/message.ts'
import { createRenderer } from '../../../rendering/renderer.ts'
import { chatFileFormat, chatPageFormat } from './chat-page-format.ts'

const renderer = createRenderer({ patienceMs: 60_000 })
after(() => renderer.close())

const time = Date.UTC(2026, 0, 2, 3, 4, 5)
const facts: ChatFacts = { name: 'Moons <&>', model: 'triton-1', createdAt: time, updatedAt: time }
const page = chatPageFormat({ renderer, isGzipped: false, origin: 'https://share.example.com', now: 0 })
const at = { origin: 'https://share.example.com', path: '/shared/chats/550e8400-e29b-41d4-a716-446655440000' }
const around = { at, isOpen: true, usedView: false, isGzipped: false, use: 'page' } as const
const asked = { ownerId: 1, signal: new AbortController().signal }
const file = { id: 'A'.repeat(22), name: 'notes.txt', mediaType: 'text/plain', size: 5 }
const allFiles = new Map([
  [
    file.id,
    {
      ...file,
      userId: 1,
      contentId: 1,
      digest: '',
      dimensions: undefined,
      small: undefined,
      createdAt: time,
    },
  ],
])

function someMessages(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    id: 100 + index,
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: index === 7 ? `[notes](file:${file.id})` : `# ${index}\n\nWhich *moon* is $T_${index}$?`,
    createdAt: time + index * 60_000,
    updatedAt: time,
  }))
}

for (const count of [0, 1, 45, 121]) {
  const messages = someMessages(count)
  // Those that messages name.
  const files: typeof allFiles = count > 7 ? allFiles : new Map()
  const chat = {
    ...facts,
    outline: outlineOf(messages),
    // oxlint-disable-next-line typescript/require-await -- read like those that come from the store
    async *batches() {
      for (let from = 0; from < count; from += 7) yield { messages: messages.slice(from, from + 7), files }
    },
  }

  test(`a page of ${count} messages that is written while it is sent is the one that is written whole`, async () => {
    const { bytes } = await page.write({ ...facts, messages, files }, asked)
    const whole = Buffer.concat([...(await page.wrap(bytes, around))])
    const sent = await allOf(page.writeSlowly?.(chat, around, asked))
    assert.equal(sent.toString(), whole.toString())
  })

  test(`and so is its file, but for the fonts that it may need`, async () => {
    const format = chatFileFormat(renderer)
    const { bytes } = await format.write({ ...facts, messages, files }, asked)
    const whole = Buffer.concat([...(await format.wrap(bytes, 'file'))])
    const sent = await allOf(format.writeSlowly?.(chat, 'file', asked))
    assert.equal(bodyOf(sent), bodyOf(whole))
  })
}

async function allOf(pieces: AsyncIterable<Buffer> | undefined): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces ?? []) all.push(piece)
  return Buffer.concat(all)
}

function bodyOf(bytes: Buffer): string {
  const text = bytes.toString()
  return text.slice(text.indexOf('<body>'))
}

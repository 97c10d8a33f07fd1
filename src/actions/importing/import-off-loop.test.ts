import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunksOf } from '../../../test/kit/importing.ts'
import { zip } from '../../../test/kit/zip.ts'
import { importChats, type ImportEvent, type ImportOptions } from '../../importing/import-chats.ts'
import { importOffLoop } from './import-off-loop.ts'

type Import = typeof importOffLoop

async function eventsOf(run: Import, bytes: Uint8Array, options: ImportOptions = {}): Promise<ImportEvent[]> {
  const events: ImportEvent[] = []
  for await (const event of run(chunksOf(bytes, 65_536), options))
    if (event.kind !== 'progress') events.push(event)
  return events
}

function conversation(title: string, messages: number, length: number): object {
  return {
    title,
    messages: Array.from({ length: messages }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index} ${'ü'.repeat(length)}`,
    })),
  }
}

test('a large file comes in from its thread as it would at once, an enormous conversation too', async () => {
  const list = [
    conversation('Long', 3000, 700),
    { title: 'None' },
    ...Array.from({ length: 2000 }, (_, index) => conversation(`Short ${index}`, 2, 50)),
    conversation('Last', 1, 900_000),
  ]
  const json = Buffer.from(JSON.stringify(list))
  for (const bytes of [
    json,
    zip([
      { name: 'conversations.json', content: json },
      { name: 'a.png', content: 'x' },
    ]),
  ]) {
    const events = await eventsOf(importOffLoop, bytes, { includeTools: true, fileName: 'x.json' })
    assert.deepEqual(events, await eventsOf(importChats, bytes, { includeTools: true, fileName: 'x.json' }))
    assert.equal(events.filter(({ kind }) => kind === 'chat').length, 2002)
  }
})

test('what cannot be imported is said the same, after what could', async () => {
  const text = `[${JSON.stringify(conversation('Fine', 600, 700))},{"title":"Cut`
  assert.deepEqual(
    await eventsOf(importOffLoop, Buffer.from(text)),
    await eventsOf(importChats, Buffer.from(text)),
  )
  await assert.rejects(eventsOf(importOffLoop, Buffer.alloc(300_000, 'nothing ')), {
    name: 'ImportError',
    code: 'not-recognised',
  })
})

test('a source that fails or a reader that leaves ends the thread', async () => {
  const bytes = Buffer.from(JSON.stringify([conversation('A', 600, 700), conversation('B', 600, 700)]))
  async function* breaksOff(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(bytes.subarray(0, -500_000), 65_536)
    throw new TypeError('gone')
  }
  await assert.rejects(async () => {
    for await (const event of importOffLoop(breaksOff())) assert.ok(event)
  }, TypeError)
  for await (const event of importOffLoop(chunksOf(bytes, 65_536))) if (event.kind === 'chat') break
})

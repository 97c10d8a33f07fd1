import { Zip, ZipDeflate } from 'fflate'
import sharp from 'sharp'

const PICTURES_PER_CHAT = 10

/**
 * An archive as ChatGPT exports it, of conversations that show pictures, made while it is read: half of the pictures come
 * before the conversations that name them.
 */
export async function* chatGptPictures(pictures: number): AsyncGenerator<Uint8Array> {
  const packed: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    packed.push(chunk)
  })
  function* add(name: string, bytes: Uint8Array): Generator<Uint8Array> {
    const entry = new ZipDeflate(name, { level: 0 })
    zip.add(entry)
    entry.push(bytes, true)
    yield* packed.splice(0)
  }
  async function* addPictures(from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let index = from; index < to; index++) yield* add(`${fileOf(index)}-photo.png`, await photo(index))
  }
  const half = Math.floor(pictures / 2)
  yield* addPictures(0, half)
  yield* add('conversations.json', Buffer.from(JSON.stringify(conversations(pictures))))
  yield* addPictures(half, pictures)
  zip.end()
  yield* packed.splice(0)
}

/** Some 300 kB that no packing makes smaller, no two the same. */
function photo(index: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 }
  const size = { width: 320 + (index % 50), height: 300, channels: 3 as const }
  return sharp({ create: { ...size, background: '#888', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer()
}

const fileOf = (index: number): string => `file-${String(index).padStart(16, 'P')}`

function conversations(pictures: number): unknown[] {
  const chats = Math.ceil(pictures / PICTURES_PER_CHAT)
  return Array.from({ length: chats }, (_, chat) => {
    const first = chat * PICTURES_PER_CHAT
    const shown = Array.from({ length: Math.min(PICTURES_PER_CHAT, pictures - first) }, (_, at) => first + at)
    return {
      title: `Pictures ${chat}`,
      conversation_id: `pictures-${chat}`,
      create_time: 1_700_000_000,
      current_node: `n${shown.length * 2 - 1}`,
      mapping: Object.fromEntries(shown.flatMap((index, at) => [asks(index, at * 2), answers(at * 2 + 1)])),
    }
  })
}

function asks(index: number, at: number): [string, unknown] {
  const pointer = {
    content_type: 'image_asset_pointer',
    asset_pointer: `file-service://${fileOf(index)}`,
    width: 320,
    height: 300,
  }
  return node(at, 'user', { content_type: 'multimodal_text', parts: [pointer, 'And this?'] })
}

function answers(at: number): [string, unknown] {
  return node(at, 'assistant', { content_type: 'text', parts: ['Noise.'] })
}

function node(at: number, role: string, content: object): [string, unknown] {
  const parent = at === 0 ? null : `n${at - 1}`
  const message = { id: `n${at}`, author: { role }, create_time: 1_700_000_000 + at, content }
  return [`n${at}`, { id: `n${at}`, parent, children: [`n${at + 1}`], message }]
}

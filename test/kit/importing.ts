import { readFile } from 'node:fs/promises'
import { importChats, type ImportOptions } from '../../src/importing/import-chats.ts'
import type { FailedConversation, ImportedChat, LeftOut } from '../../src/importing/imported-chat.ts'

/** Everything that an import said, without its progress. */
export type Imported = { chats: ImportedChat[]; failed: FailedConversation[]; leftOut: LeftOut[] }

/** Imports bytes that arrive in chunks of `chunkSize`. */
export async function importBytes(
  bytes: Uint8Array | string,
  options: ImportOptions = {},
  chunkSize = 1000,
): Promise<Imported> {
  const imported: Imported = { chats: [], failed: [], leftOut: [] }
  for await (const event of importChats(
    chunksOf(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, chunkSize),
    options,
  )) {
    if (event.kind === 'chat') imported.chats.push(event.chat)
    else if (event.kind === 'failed') imported.failed.push(event.failed)
    else if (event.kind === 'left-out') imported.leftOut.push(event.leftOut)
  }
  return imported
}

/** Imports what is to become JSON. */
export async function importJson(value: unknown, options: ImportOptions = {}): Promise<Imported> {
  return importBytes(JSON.stringify(value), options)
}

export async function readFixture(name: string): Promise<Buffer> {
  return readFile(new URL(`../fixtures/importing/${name}`, import.meta.url))
}

export async function importFixture(name: string, options: ImportOptions = {}): Promise<Imported> {
  return importBytes(await readFixture(name), { fileName: name, ...options })
}

export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { ImportError } from '../imported-chat.ts'
import type { ByteStream } from './byte-stream.ts'
import type { UnzipLimits } from './unzip.ts'

/** Whether bytes begin as a file does that was compressed by Zstandard (RFC 8878), as Codex does with old sessions. */
export function isZstd(beginning: Uint8Array): boolean {
  return [0x28, 0xb5, 0x2f, 0xfd].every((byte, index) => beginning[index] === byte)
}

/** A little may well be a few repeated bytes. */
const alwaysUnpacked = 4 * 1024 * 1024

/**
 * What a compressed file holds, as it is read. Throws {@link ImportError} where it is damaged, or unpacks to more than it
 * may; what is wrong with the source itself comes through as it is.
 */
export async function* unzstd(stream: ByteStream, limits: UnzipLimits): AsyncGenerator<Uint8Array> {
  const decoder = createZstdDecompress()
  const packed = Readable.from(chunksOf(stream))
  const piped = pipeline(packed, decoder).catch(() => undefined)
  let unpacked = 0
  try {
    for await (const chunk of decoder) {
      if (!(chunk instanceof Uint8Array)) continue
      unpacked += chunk.length
      const mayBe = Math.max(alwaysUnpacked, stream.received() * limits.ratio)
      if (unpacked > Math.min(limits.unpackedBytes, mayBe))
        throw new ImportError('too-large', 'The compressed file unpacks to more than can be imported.')
      yield chunk
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:ZSTD_|Z_|ERR_ZSTD)/.test(String(error.code)))
      throw new ImportError('damaged', 'The compressed file is damaged.')
    throw error
  } finally {
    packed.destroy()
    decoder.destroy()
    await piped
  }
}

async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) yield chunk
}

import { crc32, createInflateRaw } from 'node:zlib'
import type { ByteStream } from './byte-stream.ts'
import { ImportError } from '../imported-chat.ts'

/**
 * A file in an archive. Its content has to be read to the end, or skipped, before the next entry is asked for. The
 * name is only a name: nothing is ever written.
 */
export type ZipEntry = { name: string; read: () => AsyncGenerator<Uint8Array>; skip: () => Promise<void> }

export type UnzipLimits = {
  /** How many bytes an archive may unpack to. */
  unpackedBytes: number
  /** How many times larger than the archive what it unpacks to may be, once that is more than a trifle. */
  ratio: number
}

const trifle = 64 * 1024 * 1024
const localHeader = 0x04034b50
const descriptorMark = 0x08074b50

/**
 * The entries of a .zip in the order in which they lie there, read as the bytes arrive (PKWARE's APPNOTE 6.3: local
 * headers, data descriptors, ZIP64; stored and deflated). Own code, because a stream has no central directory to look
 * into, and the packages that read streams find the end of an entry whose size isn't written before it by searching
 * for a mark, which compressed data may contain; inflating tells it exactly.
 *
 * Throws {@link ImportError} on an archive that is damaged, encrypted or unpacks to too much.
 */
export async function* zipEntries(stream: ByteStream, limits: UnzipLimits): AsyncGenerator<ZipEntry> {
  let unpacked = 0
  const count = (bytes: number): void => {
    unpacked += bytes
    const isBomb = unpacked > trifle && unpacked > limits.ratio * stream.received()
    if (isBomb || unpacked > limits.unpackedBytes) {
      throw new ImportError('too-large', 'The archive unpacks to far more than an export of chats would.')
    }
  }
  for (;;) {
    const header = await readHeader(stream)
    if (header === undefined) break
    let isRead = false
    const read = async function* (): AsyncGenerator<Uint8Array> {
      isRead = true
      yield* contentOf(stream, header, count)
    }
    const skip = async (): Promise<void> => {
      isRead = true
      await skipContent(stream, header, count)
    }
    yield { name: header.name, read, skip }
    if (!isRead) await skip()
  }
  // The directory at the end repeats what is known; whoever sends it waits until it is taken.
  while ((await stream.next()) !== undefined);
}

type Header = {
  name: string
  method: number
  isEncrypted: boolean
  /** Whether the sizes follow the content instead of standing before it. */
  hasDescriptor: boolean
  packed: number | undefined
  crc: number
}

async function readHeader(stream: ByteStream): Promise<Header | undefined> {
  const mark = await stream.peek(4)
  if (mark.length < 4 || viewOf(mark).getUint32(0, true) !== localHeader) {
    if (mark.length === 4 && mark[0] === 0x50 && mark[1] === 0x4b) return undefined
    throw damaged()
  }
  const view = viewOf(await taken(stream, 30))
  const flags = view.getUint16(6, true)
  const name = await taken(stream, view.getUint16(26, true))
  const extra = await taken(stream, view.getUint16(28, true))
  const packed = packedSize(view, extra)
  return {
    name: Buffer.from(name).toString('utf8'),
    method: view.getUint16(8, true),
    isEncrypted: (flags & 1) !== 0,
    hasDescriptor: (flags & 8) !== 0,
    packed: (flags & 8) !== 0 && packed === 0 ? undefined : packed,
    crc: view.getUint32(14, true),
  }
}

/** The size as written, or from the ZIP64 field where 32 bits don't hold it. */
function packedSize(header: DataView, extra: Uint8Array): number {
  const packed = header.getUint32(18, true)
  if (packed !== 0xffffffff) return packed
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    const offset = at + 4 + (header.getUint32(22, true) === 0xffffffff ? 8 : 0)
    if (offset + 8 > extra.length) break
    const size = Number(view.getBigUint64(offset, true))
    if (Number.isSafeInteger(size)) return size
  }
  throw damaged()
}

async function* contentOf(
  stream: ByteStream,
  header: Header,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (header.isEncrypted)
    throw new ImportError('damaged', 'The archive is protected by a password. Unpack it first.')
  if (header.method !== 0 && header.method !== 8) {
    throw new ImportError(
      'damaged',
      'The archive is packed in a way that cannot be read. Unpack it, or pack it as .zip anew.',
    )
  }
  const packed = packedBytes(stream, header)
  let crc = 0
  let unpacked = 0
  for await (const bytes of header.method === 0 ? packed.bytes() : inflated(packed)) {
    crc = crc32(bytes, crc)
    unpacked += bytes.length
    count(bytes.length)
    yield bytes
  }
  const expected = header.hasDescriptor ? await readDescriptor(stream, packed.taken(), unpacked) : header.crc
  if (expected !== crc) throw damaged()
}

async function skipContent(
  stream: ByteStream,
  header: Header,
  count: (bytes: number) => void,
): Promise<void> {
  if (header.packed === undefined) {
    // Where it ends shows only by unpacking it.
    for await (const bytes of contentOf(stream, header, count)) void bytes
    return
  }
  for await (const bytes of packedBytes(stream, header).bytes()) void bytes
  // How large it would be unpacked doesn't matter to what follows, but which of two forms has to be told.
  if (header.hasDescriptor) await readDescriptor(stream, header.packed, undefined)
}

type Packed = {
  bytes: () => AsyncGenerator<Uint8Array>
  taken: () => number
  giveBack: (bytes: Uint8Array) => void
}

/** The bytes of an entry as they lie in the archive, as many as its header says. */
function packedBytes(stream: ByteStream, header: Header): Packed {
  if (header.packed === undefined && header.method === 0) {
    throw new ImportError(
      'damaged',
      'The archive is packed in a way that cannot be read. Unpack it, or pack it as .zip anew.',
    )
  }
  let taken = 0
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    while (header.packed === undefined || taken < header.packed) {
      const chunk = await stream.next(header.packed === undefined ? undefined : header.packed - taken)
      if (chunk === undefined) throw damaged()
      taken += chunk.length
      yield chunk
    }
  }
  return {
    bytes,
    taken: () => taken,
    giveBack: (surplus) => {
      taken -= surplus.length
      stream.giveBack(surplus)
    },
  }
}

/** Inflates until the compressed data say that they end, and gives back what was taken beyond. */
async function* inflated(packed: Packed): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 })
  const feeding = feed(inflate, packed)
  // A failure is thrown by whichever of the two meets it first; the other must not count as unhandled.
  feeding.catch((error: unknown) => inflate.destroy(error instanceof Error ? error : undefined))
  try {
    for await (const bytes of inflate) if (bytes instanceof Uint8Array) yield bytes
  } catch (error) {
    throw error instanceof ImportError ? error : damaged()
  }
  await feeding
}

async function feed(inflate: ReturnType<typeof createInflateRaw>, packed: Packed): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    inflate.once('end', resolve)
    inflate.once('close', resolve)
  })
  for await (const chunk of packed.bytes()) {
    await Promise.race([ended, new Promise((resolve) => inflate.write(chunk, resolve))])
    // What it didn't want lies behind the end.
    const surplus = packed.taken() - inflate.bytesWritten
    if (surplus > 0 || inflate.destroyed) {
      packed.giveBack(chunk.subarray(chunk.length - surplus))
      return
    }
  }
  inflate.end()
  await ended
}

/** Takes the descriptor after an entry and answers its checksum: with or without a mark, sizes in 32 or 64 bits. */
async function readDescriptor(
  stream: ByteStream,
  packed: number,
  unpacked: number | undefined,
): Promise<number> {
  const bytes = await stream.peek(28)
  if (bytes.length < 12) throw damaged()
  const view = viewOf(bytes)
  const start = view.getUint32(0, true) === descriptorMark ? 4 : 0
  const matches32 =
    bytes.length >= start + 12 &&
    view.getUint32(start + 4, true) === packed % 2 ** 32 &&
    (unpacked === undefined || view.getUint32(start + 8, true) === unpacked % 2 ** 32)
  // A size of 64 bits whose upper half is zero looks like a size of 32 and an entry unpacked to nothing.
  const followed32 = matches32 && beginsRecord(view, start + 12)
  const is64 =
    !followed32 && bytes.length >= start + 20 && view.getBigUint64(start + 4, true) === BigInt(packed)
  if (!matches32 && !is64) throw damaged()
  await taken(stream, start + (is64 ? 20 : 12))
  return view.getUint32(start, true)
}

function beginsRecord(view: DataView, at: number): boolean {
  return at + 2 <= view.byteLength && view.getUint8(at) === 0x50 && view.getUint8(at + 1) === 0x4b
}

async function taken(stream: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = await stream.take(length)
  if (bytes === undefined) throw damaged()
  return bytes
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function damaged(): ImportError {
  return new ImportError('damaged', 'The archive is damaged or incomplete. Download it again.')
}

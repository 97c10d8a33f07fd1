import { crc32, deflateRawSync } from 'node:zlib'

/** A file to pack, and how the packing program goes about it. */
export type ZipFile = {
  name: string
  content: Uint8Array | string
  /** Without compression. */
  isStored?: boolean
  /** Size and checksum after the content instead of before, as programs write that don't know them before. */
  hasDescriptor?: boolean
  /** Sizes in 64 bits. */
  is64?: boolean
  /** A size to lie about, flags or a method to claim. */
  claims?: { flags?: number; method?: number; crc?: number }
}

/** An archive as packing programs write it, in all the ways that they differ in. */
export function zip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  for (const file of files) {
    const content = Buffer.from(file.content)
    const data = file.isStored === true ? content : deflateRawSync(content)
    const name = Buffer.from(file.name)
    const crc = file.claims?.crc ?? crc32(content)
    const isLate = file.hasDescriptor === true
    const extra =
      file.is64 === true ? extra64(isLate ? 0 : content.length, isLate ? 0 : data.length) : Buffer.alloc(0)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(20, 4)
    header.writeUInt16LE((isLate ? 8 : 0) | (file.claims?.flags ?? 0), 6)
    header.writeUInt16LE(file.claims?.method ?? (file.isStored === true ? 0 : 8), 8)
    header.writeUInt32LE(isLate ? 0 : crc, 14)
    header.writeUInt32LE(file.is64 === true ? 0xffffffff : isLate ? 0 : data.length, 18)
    header.writeUInt32LE(file.is64 === true ? 0xffffffff : isLate ? 0 : content.length, 22)
    header.writeUInt16LE(name.length, 26)
    header.writeUInt16LE(extra.length, 28)
    parts.push(header, name, extra, data)
    if (isLate) parts.push(descriptor(crc, data.length, content.length, file.is64 === true))
    directory.push(Buffer.from('PK\x01\x02'), Buffer.alloc(42), name)
  }
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), Buffer.alloc(18)])
}

function extra64(unpacked: number, packed: number): Buffer {
  const extra = Buffer.alloc(20)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  extra.writeBigUInt64LE(BigInt(unpacked), 4)
  extra.writeBigUInt64LE(BigInt(packed), 12)
  return extra
}

function descriptor(crc: number, packed: number, unpacked: number, is64: boolean): Buffer {
  const bytes = Buffer.alloc(is64 ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(crc, 4)
  if (is64) {
    bytes.writeBigUInt64LE(BigInt(packed), 8)
    bytes.writeBigUInt64LE(BigInt(unpacked), 16)
  } else {
    bytes.writeUInt32LE(packed, 8)
    bytes.writeUInt32LE(unpacked, 12)
  }
  return bytes
}

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { unzipSync, zipSync } from 'fflate'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import { byteStream } from '../../src/importing/streams/byte-stream.ts'
import { splitArray } from '../../src/importing/streams/split-array.ts'
import { zipEntries } from '../../src/importing/streams/unzip.ts'
import { chunksOf } from '../kit/importing.ts'

const limits = { unpackedBytes: 1e9, ratio: 1e6 }

/** The elements of a list, as stream-json reads it. */
async function elementsByStreamJson(text: string, chunkSize: number): Promise<unknown[]> {
  const elements: unknown[] = []
  const bytes = Readable.from(chunksOf(Buffer.from(text), chunkSize), { objectMode: false })
  for await (const { value } of bytes.pipe(streamArray.withParserAsStream())) elements.push(value)
  return elements
}

function read(pieces: readonly { bytes: Uint8Array; state: string }[]): unknown[] {
  return pieces.map(({ bytes, state }) => {
    assert.equal(state, 'whole')
    const element: unknown = JSON.parse(Buffer.from(bytes).toString())
    return element
  })
}

test('a list is cut into the elements that stream-json finds in it, wherever its chunks end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), { maxLength: 8 }),
      fc.constantFrom(undefined, 1, '\t'),
      fc.integer({ min: 1, max: 40 }),
      async (values, indent, chunkSize) => {
        const text = JSON.stringify(values, null, indent)
        const splitter = splitArray(1e6, 0)
        const found: unknown[] = []
        for await (const chunk of chunksOf(Buffer.from(text), chunkSize))
          found.push(...read(splitter.push(chunk)))
        found.push(...read(splitter.end()))
        assert.deepEqual(found, await elementsByStreamJson(text, chunkSize))
      },
    ),
    { numRuns: 150 },
  )
})

test('an archive that fflate packs unpacks to what fflate unpacks it to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.stringMatching(/^[a-zäß日 /]{1,20}[a-z]$/u),
        fc.tuple(
          fc.oneof(
            fc.uint8Array({ maxLength: 3000 }),
            fc.nat(200).map((count) => new Uint8Array(Buffer.from('chat '.repeat(count * 50)))),
          ),
          fc.constantFrom(0, 1, 6, 9),
        ),
        { minKeys: 1, maxKeys: 6 },
      ),
      fc.integer({ min: 1, max: 5000 }),
      async (files, chunkSize) => {
        const packed = zipSync(
          Object.fromEntries(
            Object.entries(files).map(([name, [bytes, level]]) => [name, [bytes, { level }]]),
          ),
        )
        const unpacked: Record<string, Buffer> = {}
        for await (const entry of zipEntries(byteStream(chunksOf(packed, chunkSize)), limits)) {
          const chunks: Uint8Array[] = []
          for await (const chunk of entry.read()) chunks.push(chunk)
          unpacked[entry.name] = Buffer.concat(chunks)
        }
        const expected = Object.entries(unzipSync(packed)).map(([name, bytes]) => [name, Buffer.from(bytes)])
        assert.deepEqual({ ...unpacked }, Object.fromEntries(expected))
      },
    ),
    { numRuns: 100 },
  )
})

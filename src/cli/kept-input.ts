import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, fstatSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What came in once, to be read as often as needed. */
export type KeptInput = { readonly size: number; readonly open: () => Readable }

/**
 * Keeps a stream on disk, however long it is: in a file that only this user could open and that has no name any more,
 * so that nothing of it is left whenever and however this process ends.
 *
 * @throws what the system says of the stream, or of a disk that is full
 */
export async function keepInput(input: Readable): Promise<KeptInput> {
  const file = join(tmpdir(), `neptun-share-${randomUUID()}`)
  const fd = openSync(file, 'wx+', 0o600)
  rmSync(file)
  await pipeline(input, createWriteStream(file, { fd, autoClose: false }))
  return {
    size: fstatSync(fd).size,
    open: () => createReadStream(file, { fd, start: 0, autoClose: false }),
  }
}

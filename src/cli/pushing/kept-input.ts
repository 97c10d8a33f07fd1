import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, fstatSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../failure.ts'
import { systemReason } from '../system-reason.ts'

/** What came in once, to be read as often as needed. */
export type KeptInput = { readonly size: number; readonly open: () => Readable }

/**
 * Keeps a stream on disk, however long it is: in a file that only this user could open and that has no name any more,
 * so that nothing of it is left whenever and however this process ends.
 *
 * @throws Failure when there is no room for it; what the system says of the stream
 */
export async function keepInput(input: Readable): Promise<KeptInput> {
  const folder = tmpdir()
  const file = join(folder, `neptun-share-${randomUUID()}`)
  const noRoom = (error: unknown): Failure =>
    new Failure(
      'failed',
      `Standard input can't be kept in ${folder}: ${systemReason(error) ?? 'it failed'}. ` +
        'Name another folder with TMPDIR, or push a FILE.',
    )
  const fd = openNameless(file, noRoom)
  const output = createWriteStream(file, { fd, autoClose: false })
  let problem: Failure | undefined
  output.once('error', (error) => {
    problem = noRoom(error)
  })
  await pipeline(input, output).catch((error: unknown) => {
    throw problem ?? error
  })
  return {
    size: fstatSync(fd).size,
    open: () => createReadStream(file, { fd, start: 0, autoClose: false }),
  }
}

function openNameless(file: string, failure: (error: unknown) => Failure): number {
  try {
    const fd = openSync(file, 'wx+', 0o600)
    rmSync(file)
    return fd
  } catch (error) {
    throw failure(error)
  }
}

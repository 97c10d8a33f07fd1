import type { ImportOptions } from '../../client/client.ts'
import type { ImportReport } from '../../client/types.ts'
import { Failure } from '../failure.ts'
import { type Source, unreadable } from '../pushing/sources.ts'
import type { OwnerApi } from './api.ts'

/** What a file is sent for. */
export type Sending = {
  readonly source: Source
  /** How it is imported: what of it, and how it goes into chats that are there. */
  readonly wishes: Omit<ImportOptions, 'onProgress' | 'signal'>
  /** @param bytes how many of them the server has read */
  readonly progress: (bytes: number) => void
}

/**
 * Sends a file to be imported, as it lies there: it is read as fast as the server takes it. What was on its way when
 * this breaks off isn't stored.
 *
 * @throws Failure when it can't be read, sent, or imported
 */
export async function sendFile(api: OwnerApi, { source, wishes, progress }: Sending): Promise<ImportReport> {
  let hasBegun = false
  const onProgress = (bytes: number): void => {
    hasBegun = true
    progress(bytes)
  }
  // A part without a name would be no file; one that is all ending gives no chat its name.
  const name = source.file === undefined ? '.txt' : source.name
  const file = { name, content: bytesOf(source), size: source.size }
  try {
    return await api.importFiles([file], { ...wishes, onProgress })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw error.code === 'unreachable' && hasBegun
      ? brokeOff(api.client.server)
      : ofFile(source, error, api.client.server)
  }
}

async function* bytesOf(source: Source): AsyncGenerator<Uint8Array> {
  let read = 0
  try {
    for await (const chunk of source.open()) {
      if (!(chunk instanceof Uint8Array)) continue
      read += chunk.length
      yield chunk
    }
  } catch (error) {
    throw unreadable(source, error)
  }
  if (source.size !== undefined && read < source.size) {
    throw new Failure('failed', `${source.name} got shorter while it was read. Try again.`)
  }
}

function brokeOff(server: string): Failure {
  return new Failure(
    'unreachable',
    `The connection to ${server} broke off. Push again when it is back: chats that arrived already are not made twice.`,
  )
}

/** What is wrong with the file is said of the file. */
function ofFile(source: Source, failure: Failure, server: string): Failure {
  const { status } = failure.details
  const isAboutFile = status === 400 || status === 413 || status === 408
  if (!isAboutFile || failure.code !== 'refused') return failure
  const reason = failure.message.replace(`${server} refuses: `, '')
  return new Failure('failed', `${source.name}: ${reason}`, failure.details)
}

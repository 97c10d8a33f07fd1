import { importChats, type ImportOptions } from '../../importing/import-chats.ts'
import {
  type FailedConversation,
  ImportError,
  type LeftOut,
  type ReadOptions,
} from '../../importing/imported-chat.ts'
import { addLeftOut } from '../../importing/left-out.ts'
import { Failure } from '../failure.ts'
import { type Source, unreadable } from '../pushing/sources.ts'

/** A conversation in a file, without its messages. */
export type FoundChat = { readonly name: string; readonly sourceKey: string }

/** What is in a file: conversations in their order, with those that can't be pushed. */
export type Contents = {
  /** can be opened again */
  readonly source: Source
  readonly found: readonly (FoundChat | FailedConversation)[]
  /** What in it was no conversation. */
  readonly leftOut: LeftOut
}

/**
 * Looks what is in a file, here: what isn't wanted needn't travel, and nothing has been done when a choice turns out to
 * be none. Holds one conversation in memory at a time.
 *
 * @param progress is told how many bytes have been read
 * @throws Failure where there is nothing in it that could be pushed
 */
export async function findChats(
  source: Source,
  { includeTools, speakers }: ReadOptions,
  progress: (bytes: number) => void,
): Promise<Contents> {
  const found: (FoundChat | FailedConversation)[] = []
  const leftOut: LeftOut = {}
  try {
    for await (const event of importChats(source.open(), {
      includeTools: includeTools === true,
      fileName: source.file,
      speakers,
      files: unkept(),
    })) {
      if (event.kind === 'chat') found.push({ name: event.chat.name, sourceKey: event.chat.sourceKey })
      else if (event.kind === 'failed') found.push(event.failed)
      else if (event.kind === 'left-out') addLeftOut(leftOut, event.leftOut)
      else if (event.kind === 'progress') progress(event.bytes)
    }
  } catch (error) {
    if (!(error instanceof ImportError)) throw unreadable(source, error)
    const { message, code, speakers: names } = error
    const hint = names === undefined ? '' : ' Use --user NAME --assistant NAME.'
    throw new Failure('failed', `${source.name}: ${message}${hint}`, {
      reason: code,
      ...(names === undefined ? {} : { speakers: names }),
    })
  }
  return { source, found, leftOut }
}

/** Nothing is kept of files here; the server will. */
function unkept(): ImportOptions['files'] {
  let files = 0
  return {
    keep: () => String(++files).padStart(22, '0'),
    idOf: () => String(++files).padStart(22, '0'),
    rename: () => undefined,
    take: () => [],
  }
}

export function isChat(found: FoundChat | FailedConversation): found is FoundChat {
  return 'sourceKey' in found
}

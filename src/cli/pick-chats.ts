import type { ImportEvent } from '../importing/import-chats.ts'
import {
  type FailedConversation,
  type ImportedChat,
  ImportError,
  type LeftOut,
} from '../importing/imported-chat.ts'
import { printableLine } from '../terminal/printable.ts'
import { Failure } from './failure.ts'

/** A file to take chats from. */
export type Source = {
  /** What to call it. */
  readonly name: string
  /** Where it lies; undefined for standard input. */
  readonly file: string | undefined
  /** In bytes, where that is known. */
  readonly size?: number
  readonly events: () => AsyncIterable<ImportEvent>
}

export type PickedChat = { readonly chat: ImportedChat; readonly source: Source }

/** Which chats to take: the only one of each file, all, or those of a number or name. */
export type Wanted = 'only' | 'all' | readonly string[]

/** What is told while files are read. */
export type Told = {
  readonly failed: (failed: FailedConversation) => void
  readonly leftOut: (source: Source, leftOut: LeftOut) => void
  readonly progress: (source: Source, bytes: number) => void
}

/**
 * The wanted chats of files. All of them come while the files are read; otherwise the files are read to their end
 * first, so that nothing has been done when a choice turns out to be none.
 *
 * @throws Failure where a file can't be read, or the choice isn't one
 */
export async function* pickChats(
  sources: readonly Source[],
  wanted: Wanted,
  told: Told,
): AsyncGenerator<PickedChat> {
  if (wanted === 'all') {
    for (const source of sources) {
      for await (const found of readSource(source, told)) {
        if ('chat' in found) yield { chat: found.chat, source }
        else told.failed(found)
      }
    }
    return
  }
  yield* wanted === 'only' ? await pickOnly(sources, told) : await pickNamed(sources, wanted, told)
}

async function pickOnly(sources: readonly Source[], told: Told): Promise<PickedChat[]> {
  const picked: PickedChat[] = []
  const failed: FailedConversation[] = []
  for (const source of sources) {
    const names: string[] = []
    for await (const found of readSource(source, told)) {
      if ('chat' in found) {
        // Only the first is kept in memory: with a second one nothing is taken.
        if (names.length === 0) picked.push({ chat: found.chat, source })
        names.push(found.chat.name)
      } else failed.push(found)
    }
    if (names.length > 1) throw severalChats(source, names)
    if (names.length === 0) {
      for (const one of failed) told.failed(one)
      throw new Failure('failed', `There is no chat in ${source.name} that can be pushed.`, { failed })
    }
  }
  for (const one of failed) told.failed(one)
  return picked
}

async function pickNamed(
  sources: readonly Source[],
  wanted: readonly string[],
  told: Told,
): Promise<PickedChat[]> {
  const picked = new Map(wanted.map((text): [string, PickedChat[]] => [text, []]))
  const names: string[] = []
  for (const source of sources) {
    for await (const found of readSource(source, told)) {
      const name = 'chat' in found ? found.chat.name : found.title
      names.push(name)
      for (const [text, matches] of picked) {
        if (!isCalled(text, name, names.length)) continue
        if ('chat' in found) matches.push({ chat: found.chat, source })
        else throw new Failure('failed', `${printableLine(name)} can't be pushed: ${found.reason}`)
      }
    }
  }
  for (const [text, matches] of picked) {
    if (matches.length === 1) continue
    const problem =
      matches.length === 0
        ? `There is no chat ${JSON.stringify(text)}.`
        : `${matches.length} chats are called ${JSON.stringify(text)}; take one by its number.`
    throw new Failure('usage', `${problem} There are:\n${numbered(names)}`, { chats: names })
  }
  return [...new Set([...picked.values()].flat())]
}

/** A number counts the chats from 1, over all files. */
function isCalled(text: string, name: string, number: number): boolean {
  return /^\d+$/.test(text) ? Number(text) === number : name.toLowerCase() === text.trim().toLowerCase()
}

function severalChats(source: Source, names: readonly string[]): Failure {
  return new Failure(
    'usage',
    `There are ${names.length} chats in ${source.name}; take some with --chat NUMBER or --chat NAME, or --all:\n${numbered(names)}`,
    { chats: names },
  )
}

function numbered(names: readonly string[]): string {
  const width = String(names.length).length
  return names.map((name, index) => `${String(index + 1).padStart(width)}  ${printableLine(name)}`).join('\n')
}

async function* readSource(
  source: Source,
  told: Told,
): AsyncGenerator<{ chat: ImportedChat } | FailedConversation> {
  try {
    for await (const event of source.events()) {
      if (event.kind === 'chat') yield { chat: event.chat }
      else if (event.kind === 'failed') yield event.failed
      else if (event.kind === 'left-out') told.leftOut(source, event.leftOut)
      else told.progress(source, event.bytes)
    }
  } catch (error) {
    if (error instanceof ImportError) {
      throw new Failure('failed', `${source.name}: ${error.message}`, { reason: error.code })
    }
    // What the system says of a file, or of a damaged archive, carries a code; anything else is a fault of ours.
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new Failure('failed', `${source.name} can't be read: ${error.message}`)
  }
}

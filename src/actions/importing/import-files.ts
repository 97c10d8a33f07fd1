import { setImmediate as nextMoment } from 'node:timers/promises'
import {
  type FailedConversation,
  type ImportedChat,
  ImportError,
  type LeftOut,
} from '../../importing/imported-chat.ts'
import type { SpeakerNames } from '../../importing/text/find-turns.ts'
import { addLeftOut, leaveOut } from '../../importing/left-out.ts'
import type { StoredChat } from '../../storage/queries/chats.ts'
import type { Context } from '../context.ts'
import { importOffLoop } from './import-off-loop.ts'
import { openScanner } from '../../scanning/scanner.ts'
import { fileIdKey } from '../../secrets/file-id.ts'
import { Refusal } from '../refusal.ts'
import { findImportedSecrets, type ImportedFinding } from './imported-secrets.ts'
import { createImportedFiles } from './imported-files.ts'
import {
  type ImportManner,
  type ImportOutcome,
  lastChangeOf,
  previewImportedChat,
  saveImportedChat,
  type SavedImport,
} from './save-imported-chat.ts'

const MOST_CONVERSATIONS = 100_000
const MOST_FAILED_TOLD = 1000

/** A file as it arrives. */
export interface ImportFile {
  readonly name: string | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}

/** What the person who imports decides. */
export interface ImportChoice extends ImportManner {
  /** keep calls and results of tools, as blocks; undefined: of agents' sessions alone */
  readonly includeTools: boolean | undefined
  /** whether conversations with secrets come in, are left out, or come in without them */
  readonly secrets: 'allow' | 'refuse' | 'redact'
  /** tell what would be imported, and store nothing */
  readonly isDryRun: boolean
  /** what the files call the two, where it can't be told; asked when a file begins */
  readonly speakers: () => SpeakerNames | undefined
  /** source keys of the conversations to import, all if undefined; asked when a file begins */
  readonly only: () => ReadonlySet<string> | undefined
  /** when nobody waits for it any more; what came in by then stays */
  readonly left: AbortSignal
}

/** A conversation that came in, without its messages. */
export interface ImportedConversation extends Omit<ImportedChat, 'messages'> {
  readonly outcome: ImportOutcome
  readonly chatId: number | undefined
  readonly messageCount: number
  /** the secrets in it; none where they weren't looked for */
  readonly findings: readonly ImportedFinding[]
}

export interface FailedImport extends FailedConversation {
  readonly file: string | undefined
}

/** What is told while an import runs. */
export type ImportStep =
  | { readonly kind: 'conversation'; readonly conversation: ImportedConversation }
  | { readonly kind: 'failed'; readonly failed: FailedImport }
  | { readonly kind: 'progress' }

export interface ImportReport {
  readonly isDryRun: boolean
  readonly counts: Record<ImportOutcome | 'failed' | 'notChosen', number>
  readonly newChats: StoredChat[]
  readonly conversations: ImportedConversation[]
  /** the first thousand */
  readonly failed: FailedImport[]
  readonly leftOut: LeftOut
}

/**
 * Imports files while they arrive, each conversation in a transaction of its own: what was imported before an error
 * stays, and importing again does the rest.
 *
 * @param tell called with each step
 * @throws Refusal when there is nothing in the files that can be imported
 */
export async function importFiles(
  context: Context,
  userId: number,
  files: AsyncIterable<ImportFile>,
  choice: ImportChoice,
  tell: (step: ImportStep) => void,
): Promise<ImportReport> {
  const counts = { new: 0, updated: 0, unchanged: 0, edited: 0, secrets: 0, failed: 0, notChosen: 0 }
  const report: ImportReport = {
    isDryRun: choice.isDryRun,
    counts,
    newChats: [],
    conversations: [],
    failed: [],
    leftOut: {},
  }
  const unusable: { file: string | undefined; error: ImportError }[] = []
  const found = new Set<string>()
  const keptFiles = createImportedFiles(context, userId, choice.isDryRun)
  let recognised = 0
  const scanner = openScanner()

  async function take(chat: ImportedChat): Promise<void> {
    const only = choice.only()
    if (only && !only.has(chat.sourceKey)) {
      counts.notChosen++
      return
    }
    if (report.conversations.length >= MOST_CONVERSATIONS) {
      const message = `An import takes at most ${MOST_CONVERSATIONS} conversations. Split the file; what came in so far stays.`
      throw new ImportError('too-large', message)
    }
    found.add(chat.sourceKey)
    const { findings, redacted } =
      choice.secrets === 'allow' ? { findings: [], redacted: chat } : await findImportedSecrets(scanner, chat)
    if (choice.secrets === 'refuse' && findings.length > 0) {
      add(redacted, { outcome: 'secrets', chatId: undefined }, findings)
      return
    }
    const save = choice.isDryRun ? previewImportedChat : saveImportedChat
    const saved = await save(context, userId, redacted, choice)
    if (saved.outcome !== 'edited') keptFiles.noteChat(saved.chatId, redacted)
    add(redacted, saved, findings)
    // Storing may not have waited for anything: others have their turn.
    await nextMoment()
  }

  function add(
    { messages, ...chat }: ImportedChat,
    { outcome, chatId, newChat }: SavedImport,
    findings: readonly ImportedFinding[],
  ): void {
    const updatedAt = lastChangeOf({ ...chat, messages })
    const conversation = { ...chat, updatedAt, outcome, chatId, messageCount: messages.length, findings }
    counts[outcome]++
    report.conversations.push(conversation)
    if (newChat) report.newChats.push(newChat)
    addLeftOut(report.leftOut, chat.leftOut)
    tell({ kind: 'conversation', conversation })
  }

  function addFailed(failed: FailedImport): void {
    counts.failed++
    if (report.failed.length < MOST_FAILED_TOLD) report.failed.push(failed)
    tell({ kind: 'failed', failed })
  }

  async function readFile(file: ImportFile): Promise<void> {
    const options = {
      includeTools: choice.includeTools,
      fileName: file.name,
      speakers: choice.speakers(),
      fileIdKey: fileIdKey(context.store.secret, userId),
    }
    for await (const event of importOffLoop(file.bytes, options, choice.left)) {
      if (event.kind === 'file') await keptFiles.store(event.file)
      else if (event.kind === 'renamed-file') await keptFiles.rename(event.id, event.to)
      else if (event.kind === 'progress') tell({ kind: 'progress' })
      else if (event.kind === 'left-out') addLeftOut(report.leftOut, event.leftOut)
      else {
        recognised++
        if (event.kind === 'chat') await take(event.chat)
        // Whoever chose conversations chose none that can't be imported.
        else if (!choice.only()) addFailed({ ...event.failed, file: file.name })
      }
    }
  }

  async function readFiles(): Promise<void> {
    for await (const file of files) {
      try {
        await readFile(file)
      } catch (error) {
        if (!(error instanceof ImportError)) throw error
        unusable.push({ file: file.name, error })
        const { message: reason, speakers } = error
        const failed = { title: file.name ?? 'The file', reason, file: file.name }
        addFailed(speakers === undefined ? failed : { ...failed, speakers })
      }
    }
  }

  try {
    await readFiles()
  } finally {
    await scanner.close()
    leaveOut(report.leftOut, 'image', await keptFiles.finish())
  }
  if (recognised === 0) throw nothingFound(unusable)
  for (const key of choice.only() ?? []) {
    if (!found.has(key)) addFailed({ title: key, reason: 'It is not in the file.', file: undefined })
  }
  return report
}

function nothingFound(unusable: readonly { file: string | undefined; error: ImportError }[]): Refusal {
  const [first, ...others] = unusable
  if (!first) return notImportable('Nothing was sent. Send a file with chats as the body.')
  if (others.length > 0) {
    const named = unusable.slice(0, 20).map(({ file, error }) => `${file ?? 'A file'}: ${error.message}`)
    return notImportable(`There are no chats in these files. ${named.join(' ')}`)
  }
  if (first.error.code === 'too-large')
    return new Refusal({ code: 'too-large', message: first.error.message })
  return notImportable(first.error.message, first.error.speakers)
}

/** @param speakers who speaks in a file where it can't be told who is who: one issue for each name */
function notImportable(message: string, speakers: readonly string[] = []): Refusal {
  const names = speakers.map((name) => ({ code: 'speaker', message: name, path: [] }))
  return new Refusal({
    code: 'invalid-input',
    part: 'body',
    issues: [{ code: 'not_importable', message, path: [] }, ...names],
  })
}

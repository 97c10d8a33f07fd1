import { type ImportedChat, ImportError } from '../../importing/imported-chat.ts'
import { redacted } from '../../scanning/finding.ts'
import { type Scanner, ScanTooLong, type ShownFinding } from '../../scanning/scanner.ts'

/** A secret in a conversation that isn't stored yet. */
export interface ImportedFinding extends ShownFinding {
  /** which message, from 1 on; null: the conversation's name */
  readonly message: number | null
}

/** Told of one conversation; taken out are all of them. */
const MOST_TOLD = 100

/**
 * Finds the secrets in a conversation.
 *
 * @returns the first of them, and the conversation without any
 * @throws ImportError when it takes too long
 */
export async function findImportedSecrets(
  scanner: Scanner,
  chat: ImportedChat,
): Promise<{ readonly findings: ImportedFinding[]; readonly redacted: ImportedChat }> {
  const texts = [chat.name, ...chat.messages.map(({ content }) => content)]
  const found = (await scanOrFail(scanner, texts)).map((ofText) =>
    ofText.filter(({ kind }) => kind === 'secret'),
  )
  const findings = found.flatMap((ofText, index) =>
    ofText.map((one) => ({ ...one, message: index === 0 ? null : index })),
  )
  const clean = (text: string, index: number): string => redacted(text, found[index] ?? [])
  return {
    findings: findings.slice(0, MOST_TOLD),
    redacted: {
      ...chat,
      name: clean(chat.name, 0),
      messages: chat.messages.map((message, index) => ({
        ...message,
        content: clean(message.content, index + 1),
      })),
    },
  }
}

async function scanOrFail(
  scanner: Scanner,
  texts: readonly string[],
): Promise<readonly (readonly ShownFinding[])[]> {
  try {
    return (await scanner.scan(texts)).found
  } catch (error) {
    if (!(error instanceof ScanTooLong)) throw error
    throw new ImportError('too-large', 'A conversation in it takes too long to scan for secrets.')
  }
}

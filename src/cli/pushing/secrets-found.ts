import type { ImportedConversation, ImportReport } from '../../client/types.ts'
import { ask as askLine, openTerminal } from '../../terminal/ask.ts'
import { printableLine } from '../../terminal/printable.ts'
import { Failure } from '../failure.ts'
import type { Output } from '../output.ts'

/** What becomes of a conversation with secrets in it. */
export type SecretsChoice = 'refuse' | 'redact' | 'allow'

const MOST_SHOWN = 10

export function chosenSecrets(values: {
  readonly redact?: boolean | undefined
  readonly 'allow-secrets'?: boolean | undefined
}): SecretsChoice {
  if (values.redact === true) return 'redact'
  return values['allow-secrets'] === true ? 'allow' : 'refuse'
}

type Asking = {
  readonly output: Output
  /** Standard input is the file that is pushed. */
  readonly isInputTaken: boolean
  readonly sendAgain: (keys: readonly string[], choice: SecretsChoice) => Promise<ImportReport>
}

/** Asks about what was held back for its secrets, of which nothing is stored, and sends it again as it is wanted now. */
export async function decideOnSecrets(sent: ImportReport, asking: Asking): Promise<ImportReport> {
  const held = sent.conversations.filter(({ outcome }) => outcome === 'secrets')
  if (held.length === 0) return sent
  const choice = await ask(held, asking)
  if (choice === 'refuse') return sent
  const again = await asking.sendAgain(
    held.map(({ source_key: key }) => key),
    choice,
  )
  const others = sent.conversations.filter(({ outcome }) => outcome !== 'secrets')
  return { ...sent, conversations: [...others, ...again.conversations] }
}

/** @returns `refuse` where there is nobody to ask */
async function ask(
  held: readonly ImportedConversation[],
  { output, isInputTaken }: Asking,
): Promise<SecretsChoice> {
  for (const conversation of held) {
    output.note(`${printableLine(conversation.name)}: ${countOf(conversation)} found.`)
    for (const line of findingLines(conversation)) output.note(`  ${line}`)
  }
  const terminal = isInputTaken ? openTerminal() : process.stdin
  if (!terminal?.isTTY) return 'refuse'
  try {
    const question = '[r]edact them, [s]hare all the same, or [n]ot push? [n] '
    const answer = await askLine(question, { input: terminal })
    const [letter] = answer.trim().toLowerCase()
    return letter === 'r' ? 'redact' : letter === 's' ? 'allow' : 'refuse'
  } finally {
    if (isInputTaken) terminal.destroy()
  }
}

/** What is wrong with a conversation that is left out for its secrets, and what to do. */
export function heldBack(conversation: ImportedConversation): Failure {
  const { name, findings = [] } = conversation
  const found = `${countOf(conversation)} found in it, and nothing of it was stored`
  return new Failure(
    'refused',
    `${printableLine(name)} was not pushed: ${found}. ` +
      'Use --redact to put [redacted] in their place, or --allow-secrets to push them.',
    { findings },
  )
}

/** @returns undefined where nothing was taken out */
export function redactedSentence(conversation: ImportedConversation): string | undefined {
  if ((conversation.findings ?? []).length === 0) return undefined
  return `${countOf(conversation)} replaced by [redacted]`
}

function countOf({ findings = [] }: ImportedConversation): string {
  // The server tells the first hundred.
  const count = findings.length === 100 ? 'at least 100' : String(findings.length)
  return findings.length === 1 ? '1 secret was' : `${count} secrets were`
}

function findingLines({ findings = [] }: ImportedConversation): string[] {
  const lines = findings
    .slice(0, MOST_SHOWN)
    .map(({ message, label, excerpt }) =>
      printableLine(`${message === null ? 'name' : `message ${message}`}: ${label}: ${excerpt}`),
    )
  const more = findings.length - lines.length
  return more > 0 ? [...lines, `and ${more} more`] : lines
}

import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/schema'
import { parseJson } from '../../client/api-problem.ts'
import type { Session } from '../server/session-file.ts'
import { systemReason } from '../system-reason.ts'
import { stateFolder } from './user-folders.ts'

/**
 * Which chat a file became. Servers know a conversation by its id where it came from; a file of Markdown or messages has
 * none, and is known again by where it lies.
 */
export type PushedFile = Static<typeof PushedFile>

const PushedFile = Type.Object({
  file: Type.String(),
  chatId: Type.Integer(),
  /** Tells the chat from one of another database under the same address. */
  createdAt: Type.String(),
})

export type PushedFiles = {
  readonly find: (file: string) => PushedFile | undefined
  /** @returns why it can't be remembered, if it can't */
  readonly remember: (pushed: PushedFile) => string | undefined
}

/**
 * Opens the memory for an account at a server. A line is added for every change and the last one about a file counts,
 * so pushes at the same time don't undo each other's.
 */
export function openPushedFiles(session: Session): PushedFiles {
  const name = createHash('sha256').update(`${session.userId} ${session.server}`).digest('hex').slice(0, 32)
  const memory = join(stateFolder(), 'pushed', `${name}.jsonl`)
  const files = new Map<string, PushedFile>()
  for (const line of readText(memory).split('\n')) {
    const value = parseJson(line)
    if (Check(PushedFile, value)) files.set(value.file, value)
  }
  return {
    find: (file) => files.get(file),
    remember: ({ file, chatId, createdAt }) => {
      const known = files.get(file)
      if (known?.chatId === chatId && known.createdAt === createdAt) return undefined
      try {
        mkdirSync(dirname(memory), { recursive: true, mode: 0o700 })
        appendFileSync(memory, `${JSON.stringify({ file, chatId, createdAt })}\n`, { mode: 0o600 })
        return undefined
      } catch (error) {
        return `${memory} can't be written: ${systemReason(error) ?? 'it failed'}.`
      }
    },
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

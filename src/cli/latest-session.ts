import { type Dirent, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Failure } from './failure.ts'

/** Coding agents whose sessions lie in files on this machine. */
export const AGENTS = ['claude-code', 'codex'] as const
export type Agent = (typeof AGENTS)[number]

export function readAgent(text: string): Agent {
  const agent = AGENTS.find((known) => known === text)
  if (agent === undefined) throw new Failure('usage', `--latest takes ${AGENTS.join(' or ')}.`)
  return agent
}

/** An agent's session files on this machine, the one written last first. */
export function sessionFiles(agent: Agent): string[] {
  const folders = sessionFolders(agent)
  const files = folders
    .flatMap((folder) => readFolder(folder))
    .filter((entry) => entry.isFile() && isSessionFile(entry))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, writtenAt: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
  if (files.length === 0)
    throw new Failure('not-found', `There are no sessions of ${agent} in ${folders.join(' or ')}.`)
  return files.toSorted((a, b) => b.writtenAt - a.writtenAt).map(({ file }) => file)
}

/** Where the agents keep sessions, by what they document about their settings. */
function sessionFolders(agent: Agent): string[] {
  const { CLAUDE_CONFIG_DIR, CODEX_HOME } = process.env
  if (agent === 'codex') return [join(CODEX_HOME || join(homedir(), '.codex'), 'sessions')]
  return [join(CLAUDE_CONFIG_DIR || join(homedir(), '.claude'), 'projects')]
}

/** Claude Code keeps what subagents did beside the sessions they belong to. */
function isSessionFile({ name, parentPath }: Dirent): boolean {
  return (
    name.endsWith('.jsonl') && !name.startsWith('agent-') && !/[\\/]subagents(?:[\\/]|$)/.test(parentPath)
  )
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
}

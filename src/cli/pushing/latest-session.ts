import { type Dirent, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../failure.ts'
import { type Contents, findChats, isChat } from '../server/find-chats.ts'
import { sourceOf } from './sources.ts'

/** Coding agents whose sessions lie in files on this machine. */
export const AGENTS = ['claude-code', 'codex'] as const
export type Agent = (typeof AGENTS)[number]

export function readAgent(text: string): Agent {
  const agent = AGENTS.find((known) => known === text)
  if (agent === undefined) throw new Failure('usage', `--latest takes ${AGENTS.join(' or ')}.`)
  return agent
}

/** How many of the newest sessions may hold no conversation before the search is given up. */
const SESSIONS_TO_TRY = 50

/**
 * The newest session with something in it: an agent that has only been started writes a file as well, and what its
 * subagents did is no conversation of its own.
 */
export async function findLatestSession(agent: Agent, includeTools: boolean): Promise<Contents> {
  for (const file of sessionFiles(agent).slice(0, SESSIONS_TO_TRY)) {
    try {
      const contents = await findChats(sourceOf(file), { includeTools }, () => undefined)
      if (contents.found.some(isChat)) return contents
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
  throw new Failure('not-found', `The newest sessions of ${agent} hold no conversation. Name a FILE instead.`)
}

/** An agent's session files on this machine, the one written last first. */
function sessionFiles(agent: Agent): string[] {
  const folders = sessionFolders(agent)
  const files = folders
    .flatMap((folder) => readFolder(folder))
    .filter((entry) => entry.isFile() && isSessionFile(entry))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, stats: statSync(file, { throwIfNoEntry: false }) }))
    .filter(({ stats }) => stats !== undefined && stats.size > 0)
  if (files.length === 0) {
    const variable = agent === 'codex' ? 'CODEX_HOME' : 'CLAUDE_CONFIG_DIR'
    throw new Failure(
      'not-found',
      `There are no sessions of ${agent} in ${folders.join(' or ')}. Name a FILE, or set ${variable}.`,
    )
  }
  return files.toSorted((a, b) => (b.stats?.mtimeMs ?? 0) - (a.stats?.mtimeMs ?? 0)).map(({ file }) => file)
}

/** Where the agents keep sessions, by what they document about their settings. */
function sessionFolders(agent: Agent): string[] {
  const { CLAUDE_CONFIG_DIR, CODEX_HOME, XDG_CONFIG_HOME } = process.env
  if (agent === 'codex') return [join(CODEX_HOME || join(homedir(), '.codex'), 'sessions')]
  // Versions of Claude Code differ in where they put things unless they are told.
  const usual = [join(homedir(), '.claude'), join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'claude')]
  return (CLAUDE_CONFIG_DIR ? [CLAUDE_CONFIG_DIR] : usual).map((folder) => join(folder, 'projects'))
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

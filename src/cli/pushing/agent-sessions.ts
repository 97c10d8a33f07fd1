import { globSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { Failure } from '../failure.ts'
import { type Contents, findChats, isChat } from '../server/find-chats.ts'
import { type Agent, AGENTS, isDatabase } from './agent-folders.ts'
import { databaseExport, sessionsInDatabase } from './database-sessions.ts'
import { sourceOf } from './sources.ts'

/** A file in which an agent keeps a session, or several. */
export type SessionFile = { readonly agent: Agent; readonly file: string; readonly changedAt: number }

/** @throws Failure where no agent is called so */
export function readAgent(text: string): Agent {
  const agent = AGENTS.find(({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase())
  if (agent === undefined)
    throw new Failure('usage', `There is no agent ${JSON.stringify(text)}; known are ${AGENT_IDS}.`)
  return agent
}

const AGENT_IDS = AGENTS.map(({ id }) => id).join(', ')

const HELP_COLUMNS = 110

/** The agents' names as lines of a help text, after `indent` blanks. */
export function agentIdLines(indent: number): string {
  const lines = ['']
  for (const word of AGENT_IDS.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (indent + last.length + word.length >= HELP_COLUMNS) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n')
}

/** The session files of agents on this machine, the one written last first. */
export function sessionFiles(agents: readonly Agent[]): SessionFile[] {
  const met = new Set<string>()
  return agents
    .flatMap((agent) =>
      agent.places().flatMap(({ folder, patterns }) =>
        globIn(folder, patterns)
          .filter((path) => isSession(path))
          .map((path) => ({ agent, file: join(folder, path) })),
      ),
    )
    .filter(({ file }) => !met.has(file) && met.add(file))
    .map(({ agent, file }) => ({ agent, file, stats: statSync(file, { throwIfNoEntry: false }) }))
    .flatMap(({ agent, file, stats }) =>
      stats?.isFile() === true && stats.size > 0
        ? isDatabase(file)
          ? sessionsInDatabase(file).map(({ name, changedAt }) => ({ agent, file: name, changedAt }))
          : [{ agent, file, changedAt: stats.mtimeMs }]
        : [],
    )
    .toSorted((a, b) => b.changedAt - a.changedAt)
}

/** What subagents did lies beside the sessions they belong to. */
function isSession(path: string): boolean {
  return !basename(path).startsWith('agent-') && !/(?:^|[\\/])subagents[\\/]/.test(path)
}

function globIn(folder: string, patterns: readonly string[]): string[] {
  try {
    return globSync([...patterns], { cwd: folder })
  } catch {
    return []
  }
}

/** How many of the newest sessions may hold no conversation before the search is given up. */
const SESSIONS_TO_TRY = 50

/**
 * The newest session with something in it, of one agent or of all: an agent that has only been started writes a file as
 * well.
 */
export async function findLatestSession(
  agent: Agent | undefined,
  includeTools: boolean | undefined,
): Promise<Contents> {
  const files = sessionFiles(agent === undefined ? AGENTS : [agent])
  if (files.length === 0) throw noSessions(agent)
  for (const { file } of files.slice(0, SESSIONS_TO_TRY)) {
    const contents = await contentsOf(file, includeTools)
    if (contents !== undefined) return contents
  }
  const whose = agent === undefined ? '' : ` of ${agent.id}`
  throw new Failure('not-found', `The newest sessions${whose} hold no conversation. Name a FILE instead.`)
}

/** What is in a session's file, if there is a conversation in it. */
export async function contentsOf(
  file: string,
  includeTools: boolean | undefined,
): Promise<Contents | undefined> {
  try {
    const contents = await findChats(sourceOf(file), { includeTools }, () => undefined)
    return contents.found.some(isChat) ? contents : undefined
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

export function noSessions(agent: Agent | undefined): Failure {
  if (agent === undefined)
    return new Failure('not-found', `There are no sessions here of ${AGENT_IDS}. Name a FILE.`)
  const folders = [...new Set(agent.places().map(({ folder }) => folder))].slice(0, 3).join(' or ')
  const other = agent.variable === undefined ? '' : `, or set ${agent.variable}`
  return new Failure('not-found', `There are no sessions of ${agent.id} in ${folders}. Name a FILE${other}.`)
}

/** How much of a session's file is looked at for its folder. */
const BYTES_TO_SEARCH = 64 * 1024

/** The folder that a session was about, as its file says; undefined where it doesn't. */
export function projectOf(file: string): string | undefined {
  let text: string
  try {
    text = (databaseExport(file) ?? readFileSync(file)).subarray(0, BYTES_TO_SEARCH).toString('utf8')
  } catch {
    return undefined
  }
  if (basename(file) === '.aider.chat.history.md') return shortPath(file.slice(0, -basename(file).length - 1))
  const found =
    /"(?:cwd|directory|working_dir|workDir|workspaceDirectory|workspacePath)"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){1,1000})"/.exec(
      text,
    )?.[1]
  return found === undefined ? undefined : shortPath(found.replaceAll('\\\\', '\\'))
}

function shortPath(path: string): string {
  return path.startsWith(homedir()) ? `~${path.slice(homedir().length)}` : path
}

import { ask } from '../../terminal/ask.ts'
import { printableLine } from '../../terminal/printable.ts'
import { shorten, table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { type Output, styled } from '../output.ts'
import { type Agent, AGENTS } from '../pushing/agent-folders.ts'
import {
  agentIdLines,
  contentsOf,
  noSessions,
  projectOf,
  readAgent,
  sessionFiles,
} from '../pushing/agent-sessions.ts'
import { isChat } from '../server/find-chats.ts'
import { push } from './push.ts'

const HELP = `Usage: neptun-share sessions [AGENT] [--limit N]

The newest sessions of coding agents on this machine: which agent, in which folder, when, and what it was about. On a
terminal one can be chosen and is pushed; elsewhere a session per line, its fields separated by tabs: agent, time,
folder, title, file. Nothing leaves the machine unless one is chosen.

AGENT is one of
${agentIdLines(2)}

  --limit N     how many; 20 unless asked for more
  --server URL  the server to push to
  --json        answer as JSON: { "sessions": [{ "agent", "changed_at", "project", "title", "file" }] }
`

type Listed = { agent: Agent; changedAt: number; project: string | undefined; title: string; file: string }

const DEFAULT_LIMIT = 20
const PROJECT_COLUMNS = 30
const TITLE_COLUMNS = 50

export const sessions = command({
  name: 'sessions',
  summary: 'sessions of coding agents on this machine, to choose from',
  help: HELP,
  options: { limit: { type: 'string' } },
  async run({ values, positionals }, output) {
    if (positionals.length > 1) throw new Failure('usage', 'sessions takes one AGENT.')
    const limit = readLimit(values.limit)
    const agent = positionals[0] === undefined ? undefined : readAgent(positionals[0])
    const listed = await list(agent, limit)
    if (listed.length === 0) throw noSessions(agent)
    const json = { sessions: listed.map(asJson) }
    if (output.isJson || !process.stdout.isTTY) {
      for (const one of json.sessions)
        output.line(
          [one.agent, one.changed_at, one.project ?? '-', one.title, one.file].map(printableLine).join('\t'),
        )
      return { json }
    }
    show(listed, output)
    const chosen = process.stdin.isTTY ? await choose(listed) : undefined
    if (chosen === undefined) return { json }
    return push.run([...(values.server === undefined ? [] : ['--server', values.server]), '--', chosen.file])
  },
})

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Failure('usage', '--limit takes a whole number from 1 on.')
  return Number(text)
}

async function list(agent: Agent | undefined, limit: number): Promise<Listed[]> {
  const listed: Listed[] = []
  for (const { agent: whose, file, changedAt } of sessionFiles(agent === undefined ? AGENTS : [agent])) {
    if (listed.length >= limit) break
    const contents = await contentsOf(file, false)
    // A file with several sessions has the newest at its end.
    const chat = contents?.found.findLast((found) => isChat(found))
    if (chat === undefined || !isChat(chat)) continue
    listed.push({ agent: whose, changedAt, project: projectOf(file), title: chat.name, file })
  }
  return listed
}

function asJson({ agent, changedAt, project, title, file }: Listed): {
  agent: string
  changed_at: string
  project: string | null
  title: string
  file: string
} {
  return {
    agent: agent.id,
    changed_at: new Date(changedAt).toISOString(),
    project: project ?? null,
    title,
    file,
  }
}

function show(listed: readonly Listed[], output: Output): void {
  const rows = listed.map(({ agent, changedAt, project, title }, index) => [
    String(index + 1),
    agent.name,
    new Date(changedAt).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' }),
    shorten(printableLine(project ?? '-'), PROJECT_COLUMNS),
    shorten(printableLine(title), TITLE_COLUMNS),
  ])
  const [head = '', ...lines] = table(['', 'AGENT', 'WHEN', 'FOLDER', 'ABOUT'], rows)
  output.line(styled('bold', head))
  for (const line of lines) output.line(line)
}

async function choose(listed: readonly Listed[]): Promise<Listed | undefined> {
  const answer = (await ask('Push which one? Its number, or nothing for none: ')).trim()
  if (answer === '') return undefined
  const chosen = /^\d{1,4}$/.test(answer) ? listed[Number(answer) - 1] : undefined
  if (chosen === undefined) throw new Failure('usage', `There is no session ${JSON.stringify(answer)}.`)
  return chosen
}

import { type ChatDraft, type LeftOut, type TextFormat } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { readTime } from '../../text/read-time.ts'
import { startTurns, type Turns } from '../../turns.ts'

/**
 * What `llm logs` prints: for each exchange a heading with its time, the conversation it belongs to and its own id, then
 * sections. Those of one conversation may lie apart.
 */
export const llmLogs: TextFormat = {
  name: 'llm',
  read: (text) => {
    const lines = text.split(/\r?\n/)
    if (!lines.slice(0, 20).some((line) => recordOf(line) !== undefined)) return undefined
    const conversations = new Map<string, Conversation>()
    for (const record of recordsOf(lines)) add(conversations, record)
    return [...conversations].map(([id, { turns, model, createdAt, leftOut }]): ChatDraft => {
      return { source: 'llm', id, model, createdAt, messages: turns.messages, leftOut }
    })
  },
}

type Heading = { time: number | undefined; conversation: string }
type Record = Heading & { lines: string[] }
type Conversation = {
  turns: Turns
  model: string | undefined
  createdAt: number | undefined
  leftOut: LeftOut
}

function recordOf(line: string): Heading | undefined {
  const found = /^#{1,2} (\d{4}-\d\d-\d\dT[\d:.]{5,20}Z?)\s{1,9}conversation: (\S{1,80})/.exec(
    line.slice(0, 200),
  )
  return found === null ? undefined : { time: readTime(found[1] ?? ''), conversation: found[2] ?? '' }
}

function recordsOf(lines: readonly string[]): Record[] {
  const records: Record[] = []
  for (const line of lines) {
    const heading = recordOf(line)
    if (heading === undefined) records.at(-1)?.lines.push(line)
    else records.push({ ...heading, lines: [] })
  }
  return records
}

const sections: { [heading: string]: 'user' | 'assistant' | 'other' } = {
  '## Prompt': 'user',
  '## Response': 'assistant',
  '## System': 'other',
  '## Token usage': 'other',
  '### Fragments': 'other',
  '### System fragments': 'other',
  '### Attachments': 'other',
  '### Tool calls': 'other',
  '### Tool results': 'other',
  '### Schema': 'other',
}

function add(conversations: Map<string, Conversation>, record: Record): void {
  const known = conversations.get(record.conversation)
  const conversation = known ?? {
    turns: startTurns([]),
    model: undefined,
    createdAt: record.time,
    leftOut: {},
  }
  conversations.set(record.conversation, conversation)
  let role: 'user' | 'assistant' | 'other' | undefined
  let said: string[] = []
  const finish = (): void => {
    const text = said.join('\n').trim()
    if (role === 'user' || role === 'assistant') conversation.turns.say(role, text, record.time)
    else if (role === 'other' && text !== '') leaveOut(conversation.leftOut, 'note of the exporter')
    said = []
  }
  for (const line of record.lines) {
    const model = role === undefined ? /^Model: \*{0,2}([^*\s]{1,200})/.exec(line)?.[1] : undefined
    const title = line.trimEnd().replace(/:$/, '')
    const next = Object.hasOwn(sections, title) ? sections[title] : undefined
    if (model !== undefined) conversation.model ??= model
    if (next === undefined) said.push(line)
    else {
      finish()
      role = next
    }
  }
  finish()
}

import type { Role } from '../../../chats/chat.ts'
import { type AgentTalk, startAgentTalk } from '../../agents/agent-talk.ts'
import type { RecognisedText } from '../../imported-chat.ts'
import { noteContext } from '../../text/private-traces.ts'

/**
 * Copilot Chat of VS Code as Markdown: a log with `## Request N` and, below it, `### Participant` (called so whoever asks)
 * and `### Assistant`; lines with anchors, rules and times stand between.
 */
export const copilotChatLog: RecognisedText = {
  name: 'VS Code Copilot Chat',
  recognises: (text) =>
    /^# GitHub Copilot Chat Log\b/m.test(text.slice(0, 2000)) &&
    /^### Participant\s*$/m.test(text.slice(0, 200_000)),
  read: (text, options) => {
    const talk = startAgentTalk(options)
    noteContext(talk.traces, { user: /^\*\*Participant:\*\* ([^\n]{1,64})$/m.exec(text.slice(0, 2000))?.[1] })
    let role: Role | undefined
    let said: string[] = []
    const flush = (): void => {
      if (role !== undefined) tell(talk, role, said)
      said = []
    }
    for (const { line, isCode } of linesOf(text)) {
      const heading = isCode
        ? undefined
        : /^(?:### (Participant|Assistant)|## Request \d{1,9}\b.*)$/.exec(line.trimEnd())
      if (heading === null || heading === undefined) {
        said.push(line)
        continue
      }
      flush()
      role = heading[1] === undefined ? undefined : heading[1] === 'Assistant' ? 'assistant' : 'user'
    }
    flush()
    return [talk.finish({ source: 'copilot-chat-log', usualModel: 'GitHub Copilot' })]
  },
}

/** Lines, with whether they stand in a fence. */
function linesOf(text: string): { line: string; isCode: boolean }[] {
  let fence: string | undefined
  return text.split('\n').map((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    const isCode = fence !== undefined
    if (fence === undefined) fence = mark
    else if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined
    return { line, isCode }
  })
}

/** What was said, without the exporter's lines at its end and the blocks that it folds. */
function tell(talk: AgentTalk, role: Role, lines: readonly string[]): void {
  let end = lines.length
  const isExporters = /^(?:\s*|---|<a name="[^"]{0,100}"><\/a>|> \*Response time: [^*]{1,40}\*)$/
  while (end > 0 && isExporters.test(lines[end - 1] ?? '')) end--
  talk.say(role, lines.slice(0, end).join('\n').trim(), undefined)
}

/** What "Copy All" of the chat's menu gives: `name: …`, then `GitHub Copilot: …`, with blank lines between. */
export const copilotChatCopy: RecognisedText = {
  name: 'VS Code Copilot Chat',
  recognises: (text) => /^[\w.@ -]{1,64}: \S/.test(text) && /^GitHub Copilot: /m.test(text.slice(0, 200_000)),
  read: (text, options) => {
    const talk = startAgentTalk(options)
    const asker = /^([\w.@ -]{1,64}): /.exec(text)?.[1] ?? ''
    noteContext(talk.traces, { user: asker })
    let role: Role = 'user'
    let said: string[] = []
    const flush = (): void => {
      talk.say(role, said.join('\n').trim(), undefined)
    }
    for (const { line, isCode } of linesOf(text)) {
      const isAfterBlank = (said.at(-1) ?? '').trim() === ''
      const next = isCode || !isAfterBlank ? undefined : speakerOf(line, asker)
      if (next === undefined) {
        said.push(line)
        continue
      }
      flush()
      role = next
      said = [line.slice(line.indexOf(': ') + 2)]
    }
    flush()
    return [talk.finish({ source: 'copilot-chat-log', usualModel: 'GitHub Copilot' })]
  },
}

function speakerOf(line: string, asker: string): Role | undefined {
  if (line.startsWith('GitHub Copilot: ')) return 'assistant'
  return line.startsWith(`${asker}: `) ? 'user' : undefined
}

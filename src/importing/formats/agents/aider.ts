import type { AgentTalk } from '../../agents/agent-talk.ts'
import { startAgentTalk } from '../../agents/agent-talk.ts'
import type { ChatDraft, ReadOptions, RecognisedText } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { firstTime } from '../../streams/loose-json.ts'
import { hunksOfMarkers } from '../../text/file-diff.ts'
import { isSettingsCommand } from '../../text/typed-text.ts'

/**
 * Aider's history (`.aider.chat.history.md`): sessions one after the other, each under `# aider chat started at …`. Lines
 * with `#### ` are the person's, quoted ones the program's, all else is the answer. Changes stand in it as a file's name
 * and a fence with SEARCH and REPLACE.
 */
export const aider: RecognisedText = {
  name: 'Aider',
  recognises: (text) => /^# aider chat started at \d{4}-/m.test(text.slice(0, 20_000)),
  read: (text, options) =>
    text.split(/^(?=# aider chat started at )/m).flatMap((session) => readSession(session, options) ?? []),
}

function readSession(text: string, options: ReadOptions): ChatDraft | undefined {
  const started = /^# aider chat started at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text)
  if (started === null) return undefined
  const talk = startAgentTalk(options)
  let model: string | undefined
  let asked: string[] = []
  let answered: string[] = []
  const flush = (): void => {
    const typed = asked.join('\n').trim()
    if (isSettingsCommand(typed) && typed.startsWith('/')) leaveOut(talk.leftOut, 'slash command')
    else talk.say('user', typed.replace(/^\/(?:ask|code|architect) /, ''), undefined)
    // The changes are the answer: where blocks of tools aren't wanted, they stay as they were written.
    if (options.includeTools === false) talk.say('assistant', answered.join('\n').trim(), undefined)
    else readAnswer(answered, talk)
    asked = []
    answered = []
  }
  for (const line of text.split('\n').slice(1)) {
    if (line.startsWith('#### ') || line === '####') {
      if (answered.some((one) => one.trim() !== '')) flush()
      asked.push(line.slice(5).replace(/ {2}$/, ''))
    } else if (line.startsWith('> ') || line === '>') {
      model = /^> (?:Main model|Model|Models): (\S{1,100})/.exec(line)?.[1] ?? model
      // The program speaks between two turns.
      if (asked.length > 0 && isSettingsCommand(asked.join('\n').trim())) flush()
    } else if (asked.length > 0 || line.trim() !== '') answered.push(line)
  }
  flush()
  if (talk.length() === 0) return undefined
  return talk.finish({
    source: 'aider',
    model,
    usualModel: 'Aider',
    createdAt: firstTime(`${started[1]}T${started[2]}Z`),
    keyHint: `${started[1]} ${started[2]}`,
  })
}

/** The answer's text, and each change as a call that edits the file. */
function readAnswer(lines: readonly string[], talk: AgentTalk): void {
  let text: string[] = []
  let at = 0
  let hasFences = true
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const fence = hasFences ? /^(`{3,})[^`]{0,40}$/.exec(line)?.[1] : undefined
    const end = fence === undefined ? -1 : endOf(lines, fence, at + 1)
    if (end === -1) {
      if (fence !== undefined) hasFences = false
      text.push(line)
      at++
      continue
    }
    const block = lines.slice(at + 1, end)
    const hunks = hunksOfMarkers(block.join('\n'))
    const path = text.at(-1)?.trim() ?? ''
    if (hunks === undefined || path === '' || /\s/.test(path)) text.push(...lines.slice(at, end + 1))
    else {
      talk.say('assistant', text.slice(0, -1).join('\n').trim(), undefined)
      talk.call('edit', { path, diff: block.join('\n') }, undefined)
      text = []
    }
    at = end + 1
  }
  talk.say('assistant', text.join('\n').trim(), undefined)
}

/** Where a fence ends. One that never does is looked for once: the rest is text. */
function endOf(lines: readonly string[], fence: string, from: number): number {
  const most = Math.min(lines.length, from + 5_000)
  for (let at = from; at < most; at++) if (lines[at]?.trimEnd() === fence) return at
  return -1
}

import type { AgentTalk } from '../../agents/agent-talk.ts'
import { startAgentTalk } from '../../agents/agent-talk.ts'
import type { RecognisedText } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { noteContext } from '../../text/private-traces.ts'

/**
 * What Claude Code's `/export` writes, which is what its screen showed: the person's words after `> ` (`❯ `), the answer
 * and calls of tools after `⏺ ` (`● `), results after `⎿`, further lines indented. A box with the version, the model and
 * the folder stands above, notices with `✻` between.
 */
export const claudeCodeText: RecognisedText = {
  name: 'Claude Code',
  recognises: (text) => {
    const beginning = text.slice(0, 50_000)
    return /^ {0,2}[⏺●] /m.test(beginning) && /^ ?[>❯] \S/m.test(beginning)
  },
  read: (text, options) => {
    const talk = startAgentTalk(options)
    const lines = text.split('\n').map((line) => line.trimEnd())
    const first = lines.findIndex((line) => sign.test(line))
    const model = readHead(lines.slice(0, Math.max(0, first)), talk)
    let isCommand = false
    for (const { sign, lines: own } of blocksOf(lines.slice(Math.max(0, first)))) {
      if (sign === 'asked') isCommand = own[0]?.startsWith('/') === true
      // What the program answers to its own commands is no tool's.
      if (sign !== 'result' || !isCommand) readBlock(sign, own, talk)
      if (sign === 'answered') isCommand = false
    }
    return [talk.finish({ source: 'claude-code-text', model, usualModel: 'Claude' })]
  },
}

const sign = /^(?: ?([>❯⏺●✻✢✶∴])| {2}(⎿))(?: |$)/
const signs: Record<string, 'asked' | 'answered' | 'result' | 'notice' | 'thought'> = {
  '>': 'asked',
  '❯': 'asked',
  '⏺': 'answered',
  '●': 'answered',
  '⎿': 'result',
  '∴': 'thought',
}

type Block = { sign: 'asked' | 'answered' | 'result' | 'notice' | 'thought'; lines: string[] }

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  for (const line of lines) {
    const begun = sign.exec(line)
    const found = begun?.[1] ?? begun?.[2]
    if (found !== undefined) {
      const rest = line.slice(line.indexOf(found) + 1)
      blocks.push({ sign: signs[found] ?? 'notice', lines: [rest.replace(/^ {1,2}/, '')] })
      continue
    }
    const last = blocks.at(-1)
    // Lines of a block are indented by two, of a result by five; a notice is one line.
    if (last === undefined || (last.sign === 'notice' && line !== '' && !line.startsWith(' '))) continue
    last.lines.push(line.replace(last.sign === 'result' ? /^ {1,5}/ : /^ {1,2}/, ''))
  }
  return blocks
}

function readHead(lines: readonly string[], talk: AgentTalk): string | undefined {
  let model: string | undefined
  for (const line of lines) {
    const plain = line.replace(/[▐▛█▜▌▝▘│╭╮╰╯─*✻]/g, ' ').trim()
    model ??= /\b((?:Claude )?(?:Opus|Sonnet|Haiku|Fable)(?: \d[\d.]*)?)/.exec(plain)?.[1]
    const directory = /^(?:cwd: )?((?:[/~]|[A-Za-z]:\\)\S{0,1000})$/.exec(plain)?.[1]
    noteContext(talk.traces, { directory: directory?.startsWith('~') === true ? undefined : directory })
  }
  return model
}

function readBlock(sign: Block['sign'], lines: string[], talk: AgentTalk): void {
  const text = lines.join('\n').trim()
  if (sign === 'asked') talk.say('user', text, undefined)
  else if (sign === 'result') {
    if (text !== '' && !/^\(no content\)$/i.test(text))
      talk.result(text, undefined, { isError: text.startsWith('Error:') })
  } else if (sign === 'thought') talk.think(text.replace(/^Thinking(?:…|\.\.\.)\s*/, ''), undefined)
  else if (sign === 'answered') readAnswer(text, talk)
  else if (text !== '') leaveOut(talk.leftOut, 'notice of the program')
}

/** `Bash(ls src)` is a call, whose argument may run over several lines. */
function readAnswer(text: string, talk: AgentTalk): void {
  const [, name, input = ''] =
    /^([A-Z][A-Za-z]{1,30}|[\w-]{1,60} - [\w-]{1,60} \(MCP\))\(([^]*)\)$/.exec(text) ?? []
  if (name === undefined) {
    talk.say('assistant', text, undefined)
    return
  }
  const shown = name === 'Bash' ? { command: input } : input
  talk.call(name, shown, undefined)
}

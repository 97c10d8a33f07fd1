import type { AgentTalk } from '../../agents/agent-talk.ts'
import { readParts } from '../../agents/agent-parts.ts'
import { embedded, embeddedId } from '../../embedded-files.ts'
import { leaveOut } from '../../left-out.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../../streams/loose-json.ts'
import { textOfContent } from '../../message-parts.ts'
import { joinBlocks } from '../../text/markdown-blocks.ts'
import { noteContext } from '../../text/private-traces.ts'
import { insideTag } from '../../text/tagged-text.ts'
import { typedText } from '../../text/typed-text.ts'
import { agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'Cline', source: 'cline', usualModel: 'Cline' }

/**
 * What Cline, Roo Code and Kilo Code send to the model (`tasks/<id>/api_conversation_history.json`): messages of
 * Anthropic's form. The task and the person's words are tagged, the editor's state stands beside them. Until 2025 calls
 * of tools were tags in the answer, and their results texts under a line like `[read_file for 'a.ts'] Result:`.
 */
export const clineHistory = agentFile({
  ...program,
  recognises: (value) =>
    arrayOf(value)
      .slice(0, 4)
      .some((message) =>
        textsOf(message).some((text) => /^\s*<(?:task|environment_details|user_message)>/.test(text)),
      ),
  read: (value, talk) => {
    for (const message of arrayOf(value).filter(isObject)) {
      const at = firstTime(message['ts'], message['timestamp'])
      if (message['role'] === 'assistant') readAnswer(message['content'], talk, at)
      else if (message['role'] === 'user') readUser(message['content'], talk, at)
    }
  },
})

function textsOf(message: unknown): string[] {
  const { content } = objectOf(message)
  return typeof content === 'string'
    ? [content]
    : arrayOf(content).flatMap((part) => firstText(objectOf(part)['text']) ?? [])
}

function readUser(content: unknown, talk: AgentTalk, at: number | undefined): void {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content)
  const said: string[] = []
  const flush = (): void => talk.say('user', said.splice(0).join('\n\n'), at)
  let isResultNext = false
  let result: { text: string; pictures: unknown[] } | undefined
  const endResult = (): void => {
    if (result !== undefined) readResult(result, talk, at)
    result = undefined
  }
  for (const part of parts) {
    const text = isObject(part) && part['type'] === 'text' ? firstText(part['text']) : undefined
    if (isObject(part) && part['type'] === 'image') {
      // Behind a result, it is what the tool saw.
      if (result === undefined) said.push(textOfContent([part], talk.leftOut, { includeTools: false }))
      else result.pictures.push(part)
      continue
    }
    if (text === undefined) {
      flush()
      readParts(talk, 'user', [part], at)
      continue
    }
    const [heading] = /^\[[\w ]{1,60}(?: (?:for|to) [^\n]{0,1000})?\] Result:\s{0,4}/.exec(text) ?? []
    if (/^\s*<environment_details>/.test(text)) {
      noteSurroundings(text, talk)
      leaveOut(talk.leftOut, 'note of the program')
    } else if (heading !== undefined) {
      flush()
      endResult()
      const own = text.slice(heading.length)
      isResultNext = own.trim() === ''
      if (!isResultNext) result = { text: own, pictures: [] }
    } else if (isResultNext) {
      isResultNext = false
      result = { text, pictures: [] }
    } else if (!/^\s*\[(?:ERROR|TASK RESUMPTION)\]/.test(text)) {
      endResult()
      said.push(typedText(text))
    }
  }
  endResult()
  flush()
}

function readResult(
  { text, pictures }: { readonly text: string; readonly pictures: readonly unknown[] },
  talk: AgentTalk,
  at: number | undefined,
): void {
  const feedback = insideTag(text, 'feedback') ?? insideTag(text, 'user_message')
  const own = feedback === undefined ? text : text.slice(0, text.indexOf('<'))
  if (own.trim() !== '' || pictures.length > 0)
    talk.result(pictures.length === 0 ? own.trim() : [own.trim(), ...pictures], at, {
      isError: /^The user denied|^<error>|^Error/.test(own),
    })
  talk.say('user', feedback?.trim() ?? '', at)
}

/** `# Current Working Directory (/home/ada/site) Files` */
function noteSurroundings(text: string, talk: AgentTalk): void {
  const directory = /# Current (?:Working|Workspace) Directory \(([^()\n]{1,1000})\)/.exec(text)?.[1]
  noteContext(talk.traces, { directory })
}

/** The tools of Cline and its kin; what else stands in tags is text. */
const tools = (
  'execute_command read_file write_to_file replace_in_file apply_diff insert_content search_and_replace search_files ' +
  'list_files list_code_definition_names browser_action use_mcp_tool access_mcp_resource ask_followup_question ' +
  'attempt_completion new_task plan_mode_respond switch_mode fetch_instructions update_todo_list codebase_search ' +
  'web_fetch load_mcp_documentation edit_file condense new_rule run_slash_command delete_file'
).split(' ')

function readAnswer(content: unknown, talk: AgentTalk, at: number | undefined): void {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content)
  for (const part of parts) {
    const text = isObject(part) && part['type'] === 'text' ? firstText(part['text']) : undefined
    if (text === undefined) readParts(talk, 'assistant', [part], at)
    else readTagged(text, talk, at)
  }
}

const opening = new RegExp(`^<(thinking|${tools.join('|')})>`, 'm')

function readTagged(text: string, talk: AgentTalk, at: number | undefined): void {
  let rest = text
  for (let found = opening.exec(rest); found !== null; found = opening.exec(rest)) {
    const [tag = '', name = ''] = found
    talk.say('assistant', rest.slice(0, found.index), at)
    const from = found.index + tag.length
    const close = rest.indexOf(`</${name}>`, from)
    const inside = rest.slice(from, close === -1 ? undefined : close)
    if (name === 'thinking') talk.think(inside, at)
    else talk.call(name, parametersIn(inside), at)
    rest = close === -1 ? '' : rest.slice(close + name.length + 3)
  }
  talk.say('assistant', rest.trim(), at)
}

const mostParameters = 30

/** `<path>a.ts</path>` and the like; the content of a file may hold tags itself, so it runs to its last end. */
function parametersIn(inside: string): JsonObject {
  const parameters: [string, string][] = []
  const tag = /<([a-z_]{1,40})>/g
  for (let tries = 0; tries < mostParameters; tries++) {
    const [open = '', name = ''] = tag.exec(inside) ?? []
    if (name === '') break
    const start = tag.lastIndex
    const close = `</${name}>`
    const end =
      name === 'content' || name === 'diff' ? inside.lastIndexOf(close) : inside.indexOf(close, start)
    if (end < start) continue
    parameters.push([name, inside.slice(start, end).replace(/^\n|\n$/g, '')])
    tag.lastIndex = end + open.length
  }
  return Object.fromEntries(parameters)
}

/**
 * What the editor's panel showed (`tasks/<id>/ui_messages.json`): a list of `{ ts, type: say or ask, say or ask: kind,
 * text }`.
 */
export const clinePanel = agentLines({
  ...program,
  recognises: (line) =>
    typeof line['ts'] === 'number' &&
    ((line['type'] === 'say' && typeof line['say'] === 'string') ||
      (line['type'] === 'ask' && typeof line['ask'] === 'string')),
  start: (talk, about) => {
    let isFirst = true
    let lastResult: string | undefined
    let output: string[] = []
    const flush = (): void => {
      if (output.length > 0) talk.result(output.join('\n'), undefined)
      output = []
    }
    const add = (line: JsonObject): void => {
      if (line['partial'] === true) return
      const text = firstText(line['text']) ?? ''
      const at = firstTime(line['ts'])
      const kind = firstText(line['type'] === 'ask' ? line['ask'] : line['say']) ?? ''
      about.id ??= isFirst ? firstId(line['ts']) : undefined
      if (kind !== 'command_output') flush()
      const isTask = isFirst && (kind === 'task' || kind === 'text')
      isFirst = false
      const pictures = arrayOf(line['images']).flatMap((image) => embeddedId(image) ?? [])
      const images = arrayOf(line['images']).length - pictures.length
      if (isTask || kind === 'user_feedback' || kind === 'user_feedback_diff') {
        leaveOut(talk.leftOut, 'image', images)
        talk.say(
          'user',
          joinBlocks([
            isTask || kind === 'user_feedback'
              ? typedText(text)
              : (firstText(jsonOf(text)['feedback']) ?? ''),
            ...pictures.map((id) => embedded(id, true)),
          ]),
          at,
        )
      } else if (kind === 'text') talk.say('assistant', text, at)
      else if (kind === 'completion_result' || kind === 'plan_mode_respond') {
        const said = firstText(jsonOf(text)['response']) ?? text
        if (said !== lastResult) talk.say('assistant', said, at)
        lastResult = said
      } else if (kind === 'followup') talk.call('ask_followup_question', questionOf(text), at)
      else if (kind === 'reasoning') talk.think(text, at)
      else if (kind === 'command') talk.call('execute_command', { command: text }, at)
      else if (kind === 'command_output') output.push(text)
      else if (kind === 'tool') readPanelTool(jsonOf(text), talk, at)
      else if (kind === 'use_mcp_server') {
        const { toolName, arguments: input } = jsonOf(text)
        talk.call(firstText(toolName) ?? 'use_mcp_tool', input, at)
      } else if (kind === 'mcp_server_response') talk.result(text, at)
      else if (kind === 'error') leaveOut(talk.leftOut, 'error message')
    }
    return { add, end: flush }
  },
})

function questionOf(text: string): JsonObject {
  const question = jsonOf(text)
  return 'question' in question
    ? { ...question, options: question['options'] ?? question['suggest'] }
    : { question: text }
}

/** `{ tool: "readFile", path, content }`: of a file that is read the content is where it lies. */
function readPanelTool(tool: JsonObject, talk: AgentTalk, at: number | undefined): void {
  const { tool: kind, content, isOutsideWorkspace: _, ...input } = tool
  const name = firstText(kind) ?? 'tool'
  if (/^(?:new|edited|applied|insert|write)/.test(name)) {
    const before = arrayOf(input['batchDiffs']).length > 0 ? {} : { content }
    talk.call(name, { ...before, ...input }, at)
    return
  }
  talk.call(name, input, at)
  if (/^(?:list|search|codebase|fetch|web)/.test(name) && typeof content === 'string')
    talk.result(content, at)
}

function jsonOf(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

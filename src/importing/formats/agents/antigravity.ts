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
import { typedText } from '../../text/typed-text.ts'
import { agentLines } from '../../agents/agent-format.ts'

/**
 * A conversation of Google's Antigravity (`~/.gemini/antigravity…/brain/<id>/.system_generated/logs/transcript.jsonl`): a
 * step a line, `{ step_index, source, type, content }`. The person's words are tagged; calls of tools stand in the answer,
 * and each result is a step of the model's that is called after what was done.
 */
export const antigravity = agentLines({
  name: 'Antigravity',
  source: 'antigravity',
  usualModel: 'Gemini',
  recognises: (line) =>
    typeof line['type'] === 'string' &&
    /^[A-Z][A-Z_]+$/.test(line['type']) &&
    ('step_index' in line || /^(?:USER|MODEL|SYSTEM)/.test(firstText(line['source']) ?? '')),
  start: (talk, about) => {
    const add = (line: JsonObject): void => {
      const type = firstText(line['type']) ?? ''
      const at = firstTime(line['created_at'], line['timestamp'])
      const content = firstText(line['content'], objectOf(line['content'])['text']) ?? ''
      about.id ??= firstId(line['conversation_id'])
      if (/^USER_(?:INPUT|MESSAGE)$/.test(type)) {
        const model = /`Model Selection` from [^\n]{1,100}? to ([^\n.]{1,60}(?:\.\d[^\n.]{0,40})?)\./.exec(
          content,
        )?.[1]
        about.model = model ?? about.model
        talk.say('user', typedText(content), at)
      } else if (line['source'] === 'SYSTEM') {
        if (type === 'CHECKPOINT') leaveOut(talk.leftOut, 'summary of earlier messages')
      } else if (type === 'PLANNER_RESPONSE' || type === 'NOTIFY_USER') {
        talk.think(firstText(line['thinking']) ?? '', at)
        talk.say('assistant', content, at)
        for (const call of arrayOf(line['tool_calls']).map(objectOf))
          talk.call(firstText(call['name']) ?? 'unnamed', unquoted(call['args']), at, firstId(call['id']))
      } else if (content !== '') talk.result(content, at, { isError: line['status'] === 'ERROR' })
    }
    return { add }
  },
})

/** Its arguments are texts of JSON: `"\"/tmp/repo\""`. */
function unquoted(args: unknown): unknown {
  if (!isObject(args)) return args
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value]),
  )
}

function plain(text: string): unknown {
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

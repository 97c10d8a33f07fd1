import type { AgentTalk } from '../../agents/agent-talk.ts'
import { readCalls, readParts } from '../../agents/agent-parts.ts'
import {
  arrayOf,
  firstId,
  firstText,
  firstTime,
  isObject,
  type JsonObject,
  objectOf,
} from '../../streams/loose-json.ts'
import { noteContext } from '../../text/private-traces.ts'
import { agentFile, agentLines } from '../../agents/agent-format.ts'

const program = { name: 'Kiro', source: 'kiro', usualModel: 'Kiro' }

const kinds = new Set(['Prompt', 'AssistantMessage', 'ToolResults', 'Clear', 'Compaction'])

/** A session of Kiro's command line since 2026 (`~/.kiro/sessions/cli/….jsonl`): `{ version, kind, data }` a line. */
export const kiroLines = agentLines({
  ...program,
  recognises: (line) => kinds.has(firstText(line['kind']) ?? '') && 'data' in line,
  start: (talk) => ({
    add: (line) => {
      const data = objectOf(line['data'])
      const at = firstTime(objectOf(data['meta'])['timestamp'])
      if (line['kind'] === 'Clear') talk.cutTo(0)
      else if (line['kind'] === 'Prompt') readParts(talk, 'user', data['content'], at)
      else if (line['kind'] !== 'Compaction') readParts(talk, 'assistant', data['content'], at)
    },
  }),
})

/**
 * What `/chat save` of Kiro's command line (before, Amazon Q's) writes: `history` of pairs, the person's side a `Prompt`
 * or results of tools, the other a `Response` or a `ToolUse`.
 */
export const kiroSaved = agentFile({
  ...program,
  recognises: (value) =>
    isObject(value) && arrayOf(value['history']).some((turn) => pairOf(turn) !== undefined),
  read: (value, talk, about) => {
    const saved = objectOf(value)
    about.id = firstId(saved['conversation_id'])
    about.model = firstText(objectOf(saved['model_info'])['model_id'], saved['model'])
    for (const turn of arrayOf(saved['history'])) {
      const [user, assistant] = pairOf(turn) ?? [{}, {}]
      readUser(user, talk)
      const { Response, ToolUse } = assistant
      const answer = objectOf(ToolUse ?? Response)
      talk.say('assistant', firstText(answer['content']) ?? '', undefined)
      readCalls(talk, answer['tool_uses'], undefined)
    }
  },
})

function pairOf(turn: unknown): [JsonObject, JsonObject] | undefined {
  const [user, assistant] = Array.isArray(turn) ? turn : [objectOf(turn)['user'], objectOf(turn)['assistant']]
  if (!isObject(user) || !isObject(assistant) || !('content' in user)) return undefined
  return 'Response' in assistant || 'ToolUse' in assistant ? [user, assistant] : undefined
}

function readUser(user: JsonObject, talk: AgentTalk): void {
  const at = firstTime(user['timestamp'])
  const content = objectOf(user['content'])
  const directory = objectOf(objectOf(user['env_context'])['env_state'])['current_working_directory']
  noteContext(talk.traces, { directory })
  const results = objectOf(content['ToolUseResults'] ?? content['CancelledToolUses'])
  for (const result of arrayOf(results['tool_use_results']).map(objectOf))
    talk.result(
      arrayOf(result['content']).map((part) => objectOf(part)['Text'] ?? objectOf(part)['Json']),
      at,
      {
        id: firstId(result['tool_use_id']),
        isError: result['status'] === 'Error',
      },
    )
  const said = [objectOf(content['Prompt'])['prompt'], objectOf(content['CancelledToolUses'])['prompt']]
  talk.say('user', firstText(...said) ?? '', at)
}

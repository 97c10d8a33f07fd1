import type { ChatDraft, LeftOut, RecordFormat } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { firstId, firstText, isObject } from '../../streams/loose-json.ts'
import { quotedReasoning } from '../../text/markdown-blocks.ts'
import { firstWrittenTime } from '../../text/read-time.ts'
import { startTurns } from '../../turns.ts'

/** `llm logs --json` and logs like it: exchanges that name the conversation they belong to. */
export const llmLogRecords: RecordFormat = {
  name: 'llm',
  recognisesRecord: (value) =>
    isObject(value) &&
    typeof value['prompt'] === 'string' &&
    typeof value['response'] === 'string' &&
    firstId(value['conversation_id'], value['thread_id'], value['session_id']) !== undefined,
  read: (records) => {
    const exchanges = records.filter(isObject)
    const byConversation = Map.groupBy(exchanges, (one) =>
      firstId(one['conversation_id'], one['thread_id'], one['session_id']),
    )
    return [...byConversation].map(([id, group]): ChatDraft => {
      const leftOut: LeftOut = {}
      const turns = startTurns([])
      const inOrder = group.toSorted((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0))
      for (const one of inOrder) {
        if (firstText(one['system']) !== undefined) leaveOut(leftOut, 'system message')
        const thought = firstText(one['reasoning'])
        turns.say('user', firstText(one['prompt']) ?? '', timeOf(one))
        const answer = firstText(one['response']) ?? ''
        turns.say(
          'assistant',
          thought === undefined ? answer : `${quotedReasoning(thought)}\n\n${answer}`,
          timeOf(one),
        )
      }
      return {
        source: 'llm',
        id,
        name: firstText(...group.map((one) => one['conversation_name'])),
        model: firstText(...group.map((one) => one['model'])),
        messages: turns.messages,
        leftOut,
      }
    })
  },
}

function timeOf(one: Record<string, unknown>): number | undefined {
  return firstWrittenTime(one['datetime_utc'], one['created_at'], one['timestamp'], one['sent_at'])
}

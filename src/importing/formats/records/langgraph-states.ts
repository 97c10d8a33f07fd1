import type { RecordFormat } from '../../imported-chat.ts'
import { firstId, isObject } from '../../streams/loose-json.ts'
import { hasAll, valuesAt } from '../lists/fields.ts'
import { readMessageList } from '../message-list.ts'

const messages = 'values.messages channel_values.messages checkpoint.channel_values.messages'
const thread = 'config.configurable.thread_id checkpoint.thread_id thread_id metadata.thread_id'

/** The states of LangGraph's threads, one after the other: each holds all messages so far, so the longest has them all. */
export const langGraphStates: RecordFormat = {
  name: 'LangGraph',
  recognisesRecord: (value) =>
    isObject(value) &&
    messagesIn(value) !== undefined &&
    ['next', 'config', 'checkpoint', 'checkpoint_id', 'metadata', 'channel_versions'].some((field) =>
      hasAll(value, field),
    ),
  read: (records, options) => {
    const byThread = Map.groupBy(records, (state) => firstId(...valuesAt(state, thread)))
    return [...byThread].map(([id, states]) => {
      const [longest] = states.map((state) => messagesIn(state) ?? []).toSorted((a, b) => b.length - a.length)
      return { ...readMessageList(longest ?? [], options), source: 'langgraph', id }
    })
  },
}

function messagesIn(value: unknown): unknown[] | undefined {
  return valuesAt(value, messages).find(Array.isArray)
}

import { type ChatDraft, type ConversationFormat, type LeftOut, type ReadOptions } from '../imported-chat.ts'
import type { Role } from '../../chats/chat.ts'
import { leaveOut } from '../left-out.ts'
import { textOfContent } from '../message-parts.ts'
import { arrayOf, firstId, firstText, isObject, objectOf } from '../streams/loose-json.ts'
import { startTurns } from '../turns.ts'

/** What a record's fields are called that ask, go with it, and answer. */
type Record = {
  readonly asked: string
  readonly besides?: string
  readonly answered: string
  readonly rejected?: string
}

/** The records of collections that models are trained on; each is a conversation of its own. */
const records: readonly Record[] = [
  { asked: 'instruction', besides: 'input', answered: 'output' },
  { asked: 'instruction', besides: 'context', answered: 'response' },
  { asked: 'prompt', answered: 'chosen', rejected: 'rejected' },
  { asked: 'question', answered: 'chosen', rejected: 'rejected' },
  { asked: '', answered: 'chosen', rejected: 'rejected' },
  { asked: 'prompt', answered: 'completion' },
  { asked: 'prompt', answered: 'response' },
  { asked: 'question', besides: 'context', answered: 'answer' },
  { asked: 'question', answered: 'response' },
  { asked: 'query', answered: 'response' },
  { asked: 'query', answered: 'answer' },
  { asked: 'input', answered: 'output' },
  { asked: 'user', answered: 'assistant' },
  { asked: 'human', answered: 'assistant' },
]

/** Alpaca, prompt and completion, preferences (DPO, HH-RLHF) and their like: an object with a question and its answer. */
export const trainingRecords: ConversationFormat = {
  name: 'training data',
  recognises: (value) => recordOf(value) !== undefined,
  read,
}

function recordOf(value: unknown): Record | undefined {
  if (!isObject(value)) return undefined
  return records.find(({ asked, answered, rejected }) => {
    if (rejected !== undefined && !isSaid(value[rejected])) return false
    if (asked === '') return isSaid(value[answered]) && isTranscript(value[answered])
    return (
      isSaid(value[asked]) &&
      isSaid(value[answered]) &&
      firstText(value['role'], value['mapping']) === undefined
    )
  })
}

function isSaid(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((one) => isObject(one) && 'content' in one)) ||
    (isObject(value) && 'content' in value)
  )
}

/** A conversation as one text, as HH-RLHF has it, or as messages. */
function isTranscript(value: unknown): boolean {
  return typeof value === 'string' ? /(?:^|\n\n)Human: /.test(value.slice(0, 2000)) : true
}

function read(value: unknown, options: ReadOptions): ChatDraft {
  const holder = objectOf(value)
  const leftOut: LeftOut = {}
  const turns = startTurns([])
  const { asked, besides, answered, rejected } = recordOf(value) ?? { asked: '', answered: '' }
  const say = (role: Role, said: unknown): void => {
    for (const part of partsOf(role, said)) {
      if (part.role === undefined) leaveOut(leftOut, 'system message')
      else turns.say(part.role, textOfContent(part.content, leftOut, options), undefined)
    }
  }
  if (firstText(holder['system'], holder['system_prompt']) !== undefined) leaveOut(leftOut, 'system message')
  for (const pair of arrayOf(holder['history'])) {
    const [question, answer] = arrayOf(pair)
    say('user', question)
    say('assistant', answer)
  }
  const more = besides === undefined ? undefined : firstText(holder[besides])
  if (more !== undefined && typeof holder[asked] === 'string') say('user', `${holder[asked]}\n\n${more}`)
  else if (asked !== '') say('user', holder[asked])
  say('assistant', withoutBeginning(holder[answered], asked === '' ? [] : arrayOf(holder[asked])))
  if (rejected !== undefined) leaveOut(leftOut, 'rejected answer')
  return {
    source: 'training',
    keyHint: firstId(holder['id'], holder['prompt_id']),
    name: firstText(holder['title']),
    model: firstText(holder['model'], holder['generator'], holder['chosen_model'], holder['chosen-model']),
    messages: turns.messages,
    leftOut,
  }
}

type Part = { role: Role | undefined; content: unknown }

function partsOf(role: Role, said: unknown): Part[] {
  if (typeof said === 'string') return isTranscript(said) ? transcriptOf(said) : [{ role, content: said }]
  return (Array.isArray(said) ? said : [said]).filter(isObject).map((message) => {
    const name = firstText(message['role'], message['from'])?.toLowerCase()
    const known = name === 'user' || name === 'human' ? 'user' : name === 'system' ? undefined : 'assistant'
    return { role: name === undefined ? role : known, content: message['content'] ?? message['value'] }
  })
}

/** The preferred messages repeat the question in some collections. */
function withoutBeginning(said: unknown, asked: readonly unknown[]): unknown {
  if (!Array.isArray(said)) {
    return said
  }
  const first: unknown = said[0]
  const isRepeated = isObject(first) && /^(?:user|human|system)$/.test(firstText(first['role']) ?? '')
  if (!isRepeated) return said
  const length = Math.max(asked.length, 1)
  return said.length > length ? said.slice(length) : said
}

/** "\n\nHuman: …\n\nAssistant: …" */
function transcriptOf(text: string): Part[] {
  const parts: Part[] = []
  for (const block of `\n\n${text.trim()}`.split(/\n\n(?=(?:Human|Assistant):)/)) {
    const speaker = /^(Human|Assistant):/.exec(block)?.[1]
    if (speaker === undefined) continue
    const content = block.slice(speaker.length + 1).trim()
    if (content !== '') parts.push({ role: speaker === 'Human' ? 'user' : 'assistant', content })
  }
  return parts
}

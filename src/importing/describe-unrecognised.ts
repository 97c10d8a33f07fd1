import { formatList } from './format-list.ts'
import { isObject } from './streams/loose-json.ts'

const beginning = 'This is none of the formats that can be imported.'

export const describePdf =
  'This is a PDF. Take what it was made from: the export of the app, or the text of the conversation, copied.'
export const describeDatabase =
  'This is a database, such as an app keeps for itself. Export the chat from the app, as JSON or Markdown.'

/** What fields tell of where a value comes from, and what to take instead; the first that fits is told. */
const signs: readonly {
  readonly fields: readonly string[]
  readonly looks: string
  readonly take: string
}[] = [
  { fields: ['chatgpt_plus_user'], looks: 'the account of a ChatGPT export', take: howTo('ChatGPT') },
  {
    fields: ['conversation_id', 'rating'],
    looks: 'the feedback of a ChatGPT export',
    take: howTo('ChatGPT'),
  },
  { fields: ['verified_phone_number'], looks: 'the users of a Claude export', take: howTo('Claude') },
  { fields: ['prompt_template', 'docs'], looks: 'the projects of a Claude export', take: howTo('Claude') },
  {
    fields: ['header', 'products', 'time'],
    looks: "Google's activities, but not Gemini's",
    take: howTo('Gemini'),
  },
  { fields: ['mapping'], looks: 'a conversation of ChatGPT without its messages', take: howTo('ChatGPT') },
  { fields: ['name', 'version', 'dependencies'], looks: 'the description of a package', take: '' },
  { fields: ['log', 'entries'], looks: "a browser's record of requests", take: '' },
  { fields: ['openapi', 'paths'], looks: 'the description of an API', take: '' },
]

/** Where it comes from, by words in its beginning. */
const origins: readonly (readonly [RegExp, string])[] = [
  [/chatgpt|chat\.openai\.com|openai/i, 'ChatGPT'],
  [/claude\.ai|anthropic/i, 'Claude'],
  [/gemini\.google|bard\.google|takeout/i, 'Gemini'],
  [/aistudio\.google/i, 'Google AI Studio'],
  [/grok|x\.ai\//i, 'Grok'],
  [/deepseek/i, 'DeepSeek'],
  [/perplexity/i, 'Perplexity'],
  [/open[- ]?webui/i, 'Open WebUI'],
  [/librechat/i, 'LibreChat'],
  [/lm[- ]?studio/i, 'LM Studio'],
  [/lobe(?:chat|hub)/i, 'LobeChat'],
  [/nextchat|chatgpt-next-web/i, 'NextChat'],
  [/typingmind/i, 'TypingMind'],
]

function howTo(from: string): string {
  const entry = formatList.find((one) => one.from === from)
  return entry?.how === undefined ? '' : `For chats of ${from}, take the export that you get ${entry.how}.`
}

function originOf(text: string): string {
  const origin = origins.find(([pattern]) => pattern.test(text.slice(0, 20_000)))?.[1]
  return origin === undefined ? '' : howTo(origin)
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

/** What a file of JSON looks like that holds no chat, which formats are nearest, and what to take instead. */
export function describeUnrecognised(value: unknown): string {
  const sample = Array.isArray(value) ? value.find(isObject) : value
  if (!isObject(sample)) {
    const what = Array.isArray(value)
      ? 'a list without objects'
      : typeof value === 'string'
        ? 'a text'
        : 'a value'
    return sentences(beginning, `It is JSON, ${what}.`, nearestMessages)
  }
  const fields = Object.keys(sample).slice(0, 40)
  const sign = signs.find((one) => one.fields.every((field) => fields.includes(field)))
  if (sign !== undefined) return sentences(beginning, `It looks like ${sign.looks}.`, sign.take)
  const shown = fields.slice(0, 6).map((field) => `"${shorten(field)}"`)
  const has =
    shown.length === 0
      ? 'It is JSON, an object with nothing in it.'
      : `It is JSON with the fields ${shown.join(', ')}.`
  return sentences(beginning, has, nearestTo(fields), originOf(safeText(sample)))
}

const nearestMessages = 'Nearest are messages like [{ "role": "user", "content": "…" }].'

/** What has some of the same fields. */
function nearestTo(fields: readonly string[]): string {
  const known: readonly (readonly [string, readonly string[]])[] = [
    [
      'messages like { "role": "user", "content": "…" }',
      ['role', 'content', 'author', 'sender', 'text', 'message', 'messages'],
    ],
    [
      'records like { "prompt": "…", "completion": "…" }',
      ['prompt', 'completion', 'response', 'question', 'answer', 'instruction', 'output', 'input'],
    ],
    ['ShareGPT’s turns like { "from": "human", "value": "…" }', ['from', 'value', 'conversations']],
  ]
  const ranked = known
    .map(([what, names]) => ({ what, shared: names.filter((name) => fields.includes(name)).length }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared)
  return ranked.length === 0
    ? nearestMessages
    : `Nearest are ${ranked
        .slice(0, 2)
        .map(({ what }) => what)
        .join(' and ')}.`
}

function safeText(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 20_000)
  } catch {
    return ''
  }
}

function shorten(field: string): string {
  const line = field.replace(/[\s"]+/g, ' ').trim()
  return line.length <= 30 ? line : `${line.slice(0, 29).toWellFormed()}…`
}

/** The same of a text. */
export function describeUnrecognisedText(text: string): string {
  const start = text.trimStart().slice(0, 20_000)
  if (/^<(?:!doctype|html|head|body|\?xml|div|article)/i.test(start)) {
    return sentences(
      beginning,
      'This is a web page.',
      originOf(start) ||
        'Take the JSON file of the export, such as conversations.json, or paste what you copied from the page.',
    )
  }
  const link = /^https:\/\/[\w.-]{1,100}\/(?:share|chat|c|s)\//i.exec(start)
  if (link !== null && !start.trim().includes('\n'))
    return sentences(
      beginning,
      'It is a link.',
      'Open it, and paste what you copied from the page.',
      originOf(start),
    )
  const [first = ''] = start.split('\n')
  const columns = first.split(/[,;\t]/).length
  const isTable =
    columns > 2 &&
    start
      .split('\n')
      .slice(1, 4)
      .filter((line) => line.split(/[,;\t]/).length === columns).length > 1
  if (isTable) return sentences(beginning, 'It looks like a table.', nearestMessages, originOf(start))
  return sentences(
    beginning,
    'It is text in which nobody is named who speaks.',
    'Text needs a line such as "## User" or "ChatGPT said:" before each message.',
    originOf(start),
  )
}

import type { Role } from '../../chats/chat.ts'

/** Who speaks: one of the two, or somebody whose words aren't kept. */
export type Speaker = Role | 'other'

/**
 * A line that announces who speaks next: its `mark` tells the kind of line, as those of one file look alike, and `rest`
 * is what was said on the same line.
 */
export type SpeakerLine = { role: Speaker; mark: string; rest: string }

/** The mark of lines like "User: Hello", which may as well be ordinary text. */
export const plainMark = ':'

const speakers: Record<string, Speaker> = {
  user: 'user',
  you: 'user',
  me: 'user',
  human: 'user',
  prompt: 'user',
  question: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  'ai assistant': 'assistant',
  bot: 'assistant',
  model: 'assistant',
  response: 'assistant',
  answer: 'assistant',
  chatgpt: 'assistant',
  claude: 'assistant',
  gemini: 'assistant',
  copilot: 'assistant',
  perplexity: 'assistant',
  codex: 'assistant',
  system: 'other',
  tool: 'other',
}

/** "ChatGPT 4o", "Claude Opus 4.1", "gpt-5-mini": a model and nothing but words that tell its version. */
const modelName =
  /^(?:chatgpt|gpt|claude|gemini|llama|mistral|deepseek|qwen|grok|copilot|o\d)(?:[ -](?:v?\d[\w.]*|[or]\d|opus|sonnet|haiku|pro|flash|mini|nano|turbo|plus|code|large|medium|small|preview|instruct|chat|thinking|latest))*$/

/** Who a line announces, in one of the forms that other exporters and pages have; see {@link SpeakerLine}. */
export function speakerOf(line: string): SpeakerLine | undefined {
  return ofHeading(line) ?? ofBold(line) ?? ofPlain(line)
}

function ofHeading(line: string): SpeakerLine | undefined {
  if (line.length > 100) return undefined
  const [, mark = '', title = ''] = /^(#{1,6})[ \t]+(.*)$/.exec(line) ?? []
  const role = mark === '' ? undefined : roleOf(title)
  // On ChatGPT's page the two have headings of different levels.
  const isSaid = /\bsaid:?\s*$/.test(title)
  return role === undefined ? undefined : { role, mark: isSaid ? 'said' : mark, rest: '' }
}

/** `**User**` alone on its line, or `**User:** Hello`. */
function ofBold(line: string): SpeakerLine | undefined {
  const found = /^(_?\*\*|__)([^*_]{1,80}?)(\*\*_?|__)[ \t]*(:?)(.*)$/.exec(line.slice(0, 200))
  if (found === null) return undefined
  const [, mark = '', name = '', end = '', colon = '', shown = ''] = found
  const rest = line.slice(line.slice(0, 200).length - shown.length).trim()
  const isAlone = /^_?:?_?$/.test(rest)
  if (mark.length !== end.length || (!isAlone && colon === '' && !name.trimEnd().endsWith(':')))
    return undefined
  const role = roleOf(name)
  return role === undefined ? undefined : { role, mark, rest: isAlone ? '' : rest }
}

/** "You said:" as pages say it to those who listen, and "User: Hello". */
function ofPlain(line: string): SpeakerLine | undefined {
  const [whole = '', name = '', said] =
    /^([A-Za-z][\w .-]{0,30}?)( said)?:(?=\s|$)/.exec(line.slice(0, 60)) ?? []
  if (whole === '') return undefined
  const rest = line.slice(whole.length).trim()
  if (said !== undefined && rest !== '') return undefined
  const role = roleOf(name)
  return role === undefined ? undefined : { role, mark: said === undefined ? plainMark : 'said', rest }
}

/** Whom a title names, without pictures, what stands in brackets, the time, and "said". */
function roleOf(title: string): Speaker | undefined {
  const words = title
    .replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
    .replace(/\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?/gi, ' ')
    .replace(/[^\p{L}\p{N}\s.-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(?: said| says| wrote)\s*$/i, '')
    .replace(/^[\s.-]+|[\s.-]+$/g, '')
    .toLowerCase()
  if (Object.hasOwn(speakers, words)) return speakers[words]
  return modelName.test(words) ? 'assistant' : undefined
}

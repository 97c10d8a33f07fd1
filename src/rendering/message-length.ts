import { textWithoutSteps } from './steps/step-fences.ts'

type Role = 'user' | 'assistant'

/** What is longer is folded: what was pasted along with a question, and answers that are books. */
const OPEN_CHARS = { user: 2_500, assistant: 40_000 } as const
const OPEN_LINES = { user: 40, assistant: 1_000 } as const

/** More make no difference to what is guessed of a message's height. */
const MOST_LINES = 1_200

/** How long a message is as pages show it. */
export interface MessageLength {
  readonly isFolded: boolean
  /**
   * A class that tells about how high the message is, in steps that double. Browsers lay out only what is near the
   * screen; with a guess for the rest the scroll bar doesn't jump, and links to messages land well.
   */
  readonly heightClass: string
}

/** Tools and thoughts are folded by themselves; what they are an answer to stays open. */
export function messageLength(content: string, role: Role): MessageLength {
  const text = textWithoutSteps(content)
  const chars = text.length
  const lines = text.split('\n', MOST_LINES).length
  const isFolded = chars > OPEN_CHARS[role] || lines > OPEN_LINES[role]
  const shown = isFolded ? 450 : 90 + Math.max(lines * 24, chars / 3)
  const step = Math.min(8, Math.max(0, Math.round(Math.log2(shown / 100))))
  return { isFolded, heightClass: `high-${step}` }
}

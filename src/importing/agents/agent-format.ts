import { type AboutTalk, type AgentTalk, startAgentTalk } from './agent-talk.ts'
import type { ConversationFormat, ReadOptions, SessionFormat } from '../imported-chat.ts'
import { firstTime, isObject, type JsonObject } from '../streams/loose-json.ts'

/** What is known of a session so far; a reader fills it in as it meets it. */
export type About = Omit<AboutTalk, 'source' | 'usualModel'> & {
  /** Whether what this line of the file said belongs to the conversation, where it has branches. */
  isKept?: ((line: string) => boolean) | undefined
}

type Program = {
  /** What people call it. */
  name: string
  /** The start of the source key. */
  source: string
  usualModel: string
}

/** Reads the lines of one session; `end` is for those that only the last line makes sense of. */
type LineReader = {
  add: (line: JsonObject) => void
  end?: () => void
  /** How much is held besides what the talk knows, in UTF-16 units. */
  heldText?: () => number
}

/** A session that is a line of JSON for each thing that happened. */
export function agentLines(
  program: Program & {
    recognises: (line: JsonObject) => boolean
    /** A reader for one session. */
    start: (talk: AgentTalk, about: About) => LineReader
  },
): SessionFormat {
  return {
    name: program.name,
    recognisesLine: (line) => isObject(line) && program.recognises(line),
    start: (options) => {
      const talk = startAgentTalk(options)
      const about: About = {}
      const read = program.start(talk, about)
      return {
        add: (line) => {
          if (isObject(line)) read.add(line)
        },
        heldText: () => talk.heldText() + (read.heldText?.() ?? 0),
        finish: () => {
          read.end?.()
          return finished(program, talk, about)
        },
      }
    },
  }
}

/** A session that is one JSON value. */
export function agentFile(
  program: Program & {
    recognises: (value: unknown) => boolean
    read: (value: unknown, talk: AgentTalk, about: About, options: ReadOptions) => void
  },
): ConversationFormat {
  return {
    name: program.name,
    recognises: program.recognises,
    read: (value, options) => {
      const talk = startAgentTalk(options)
      const about: About = {}
      program.read(value, talk, about, options)
      return finished(program, talk, about)
    },
  }
}

function finished(
  { source, usualModel }: Program,
  talk: AgentTalk,
  about: About,
): ReturnType<AgentTalk['finish']> {
  const { isKept, ...rest } = about
  return talk.finish({ ...rest, source, usualModel }, isKept)
}

/** Values in the order of their times, where all of them have one; else as they stand. */
export function inTimeOrder(
  values: readonly JsonObject[],
  timeOf: (value: JsonObject) => unknown,
): JsonObject[] {
  const timed = values.map((value) => ({ value, at: firstTime(timeOf(value)) }))
  if (timed.some(({ at }) => at === undefined)) return [...values]
  return timed.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)).map(({ value }) => value)
}

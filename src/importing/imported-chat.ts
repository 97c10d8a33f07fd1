import type { Role } from '../chats/chat.ts'
import type { SpeakerNames } from './text/find-turns.ts'

/** How often something of the source was not kept, by its name in the singular: `{ image: 3, canvas: 1 }`. */
export type LeftOut = Record<string, number>

/** A message as it came in. Times are epoch milliseconds. */
export type ImportedMessage = {
  role: Role
  content: string
  createdAt?: number
  updatedAt?: number
}

/** A chat as it came in: cleaned and within the limits of the service, ready to be stored. */
export type ImportedChat = {
  name: string
  model: string
  /** Epoch milliseconds, undefined where the source doesn't say. */
  createdAt: number | undefined
  /** When it last changed, where the source says so apart from its messages. */
  updatedAt: number | undefined
  /**
   * What stays the same when the same conversation is imported again: `chatgpt:<its id there>`. Sources without
   * ids get `…:content-<hash>` over the name, time and first message (see source-key.ts).
   */
  sourceKey: string
  messages: ImportedMessage[]
  leftOut: LeftOut
}

/** A conversation that stayed out, by what its owner would call it. */
export type FailedConversation = {
  title: string
  reason: string
  /** Who speaks in it, where it can't be told who is who. */
  speakers?: readonly string[]
}

/** What a format's reader makes of one conversation, before names, limits and keys are settled. */
export type ChatDraft = {
  /** The start of the source key: `chatgpt`. */
  source: string
  /** The conversation's id in its source, where that is unique. */
  id?: string | undefined
  /** Something that helps to tell conversations apart, but may not be unique. */
  keyHint?: string | undefined
  name?: string | undefined
  /** What to call it where it has no name, rather than by its first words. */
  fallbackName?: string | undefined
  /** False where a file's name says nothing of the conversation. */
  isNamedByFile?: boolean
  model?: string | undefined
  /** What to call the model where the conversation doesn't say. */
  usualModel?: string
  createdAt?: number | undefined
  updatedAt?: number | undefined
  messages: ImportedMessage[]
  leftOut: LeftOut
  /** Whether an agent made it, whose texts tell who sat where; sessions of agents are cleaned of that already. */
  isAgents?: boolean
}

/** A file that a conversation holds. */
export type ImportedFile = {
  id: string
  name: string | undefined
  mediaType: string | undefined
  bytes: Uint8Array
}

/** Takes files that conversations hold, for whoever stores them. */
export type FileSink = {
  /** @returns the id, by which messages name it */
  keep: (file: { bytes: Uint8Array; mediaType?: string | undefined; name?: string; id?: string }) => string
  /** The id of a file that lies elsewhere in the source, by what it is called there. */
  idOf: (source: string) => string
  /** Lets a file that was kept have the id that its conversation has for it. */
  rename: (id: string, to: { id: string; name: string | undefined }) => void
}

/** What the person who imports decides, and where files go. */
export type ReadOptions = {
  /** Unset: files become notes. */
  files?: FileSink | undefined
  /** Whether files may lie beside the conversations, as they do in an archive. */
  hasFilesBeside?: boolean
  /**
   * Whether calls and results of tools are kept, as blocks. Where nobody says so, agents' sessions have them, and chats
   * of apps don't.
   */
  includeTools?: boolean | undefined
  /** The file's name without folders and ending, a title for formats that carry none. */
  fileTitle?: string | undefined
  /** What the file calls the two, where that can't be told from it. */
  speakers?: SpeakerNames | undefined
}

/**
 * One foreign format: whether a parsed JSON value is a conversation of it, and what it says. Both are pure.
 */
export type ConversationFormat = {
  name: string
  /** The conversations in a whole file of it, where they don't lie in a list by themselves. */
  conversationsIn?: (value: unknown) => unknown[] | undefined
  recognises: (value: unknown) => boolean
  /** Throws {@link ImportError} where the conversation can't be imported. */
  read: (value: unknown, options: ReadOptions) => ChatDraft
}

/**
 * A format that is text: its conversations, or undefined where a text is none of its. The first that knows a text reads
 * it, so the strict stand first.
 */
export type TextFormat = {
  name: string
  /** Throws {@link ImportError} where it is one that can't be imported. */
  read: (text: string, options: ReadOptions) => ChatDraft[] | undefined
}

/**
 * A text that is told by its beginning. A file may hold several conversations, called by their first words where they have
 * no name of their own.
 */
export type RecognisedText = {
  name: string
  recognises: (text: string) => boolean
  read: (text: string, options: ReadOptions) => ChatDraft[]
}

/**
 * A format whose values, one after the other in a list or one a line, are parts of conversations: exchanges that name
 * the conversation they belong to, or only a time. They are held until all are there.
 */
export type RecordFormat = {
  name: string
  recognisesRecord: (value: unknown) => boolean
  read: (records: unknown[], options: ReadOptions) => ChatDraft[]
}

/** A format whose conversation is spread over the lines of a file, read one at a time. */
export type SessionFormat = {
  name: string
  recognisesLine: (line: unknown) => boolean
  start: (options: ReadOptions) => Session
}

export type Session = {
  add: (line: unknown) => void
  /** How much text is held so far, in UTF-16 units. */
  heldText: () => number
  /** Throws {@link ImportError} where the lines hold no conversation. */
  finish: () => ChatDraft
}

export type ImportErrorCode = 'not-recognised' | 'damaged' | 'too-large' | 'empty'

/** Why a file or a conversation can't be imported, in a sentence for the person who tried. */
export class ImportError extends Error {
  override name = 'ImportError'
  readonly code: ImportErrorCode
  /** Who speaks, where it can't be told which of them is the model; the owner may. */
  readonly speakers: readonly string[] | undefined

  constructor(code: ImportErrorCode, message: string, speakers?: readonly string[]) {
    super(message)
    this.code = code
    this.speakers = speakers
  }
}

/** It can't be told who is who. */
export function unclearSpeakers(speakers: readonly string[]): ImportError {
  const names = speakers.map((name) => `"${name}"`).join(', ')
  const found = speakers.length === 1 ? `Only ${names} speaks in it` : `Its speakers are ${names}`
  const message = `${found}: it isn't clear who is the person and who is the model. Give both names.`
  return new ImportError('not-recognised', message, speakers)
}

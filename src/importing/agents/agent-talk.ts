import type { Role } from '../../chats/chat.ts'
import { type ChatDraft, ImportError, type LeftOut, type ReadOptions } from '../imported-chat.ts'
import { leaveOut } from '../left-out.ts'
import { toolResultText } from '../message-parts.ts'
import { joinBlocks } from '../text/markdown-blocks.ts'
import {
  answerIn,
  approvedPlanIn,
  feedbackIn,
  isQuestion,
  refusalIn,
  saidByCall,
  speaks,
} from '../text/persons-words.ts'
import { cleanerOf, noteCommand, noteText, noTraces, type Traces } from '../text/private-traces.ts'
import { callBlock, resultBlock, thinkingBlock } from '../text/tool-blocks.ts'
import { bodiesOfCall, shellCommandOf } from '../text/tool-body.ts'
import { isSettingsCommand } from '../text/typed-text.ts'
import { startTurns } from '../turns.ts'

/**
 * The conversation with a coding agent, as its importers tell it piece by piece. Calls of tools, their results and
 * thoughts are kept as blocks (text/tool-blocks.ts) unless they aren't wanted, and each result stands after its call;
 * what the person answered, approved or refused by way of a tool is theirs in any case. In the end everything is
 * cleaned of what tells who and where (text/private-traces.ts).
 */
export type AgentTalk = {
  say: (role: Role, text: string, at: number | undefined) => void
  think: (text: string, at: number | undefined) => void
  /** A thought that the file has only in a form that nobody can read. */
  hideThought: () => void
  call: (name: string, input: unknown, at: number | undefined, id?: string) => void
  result: (output: unknown, at: number | undefined, about?: ResultAbout) => void
  /** What follows belongs to this line of the file. */
  beginLine: (id: string | undefined) => void
  /** What the files says about its machine is noted here. */
  traces: Traces
  leftOut: LeftOut
  /** How many pieces there are; `cutTo` goes back to so many. */
  length: () => number
  cutTo: (length: number) => void
  /** When each piece that the person said began, by its number. */
  prompts: () => number[]
  heldText: () => number
  /**
   * @param isKept whether what a line of the file said is kept
   * Throws {@link ImportError} where nothing was said.
   */
  finish: (about: AboutTalk, isKept?: (line: string) => boolean) => ChatDraft
}

export type ResultAbout = {
  /** Of the call. */
  id?: string | undefined
  isError?: boolean | undefined
  /** The result as the program keeps it for itself. */
  structured?: unknown
  /** The body that says better than the call what was done. */
  callBody?: string | undefined
}

export type AboutTalk = Omit<ChatDraft, 'messages' | 'leftOut'>

type Piece = {
  kind: 'text' | 'thought' | 'call' | 'result'
  role: Role
  at: number | undefined
  line: string | undefined
  /** The text, or the bodies of a call. */
  texts: string[]
  name?: string
  id?: string | undefined
  isError?: boolean
}

type Asked = {
  name: string
  input: unknown
  command: string | undefined
  hasSpoken: boolean
  piece: Piece | undefined
}

export function startAgentTalk(options: ReadOptions): AgentTalk {
  const withTools = options.includeTools !== false
  const pieces: Piece[] = []
  const traces = noTraces()
  const leftOut: LeftOut = {}
  const asked = new Map<string, Asked>()
  let last: Asked | undefined
  let line: string | undefined
  let held = 0

  function add(piece: Omit<Piece, 'line'>): Piece {
    const added = { ...piece, line }
    for (const text of piece.texts) held += text.length
    pieces.push(added)
    return added
  }

  function say(role: Role, text: string, at: number | undefined): void {
    if (text.trim() === '') return
    if (role === 'user' && text.startsWith('/') && isSettingsCommand(text)) {
      leaveOut(leftOut, 'slash command')
      return
    }
    noteText(text, traces)
    add({ kind: 'text', role, at, texts: [text.replace(/^\s*\n/, '').trimEnd()] })
  }

  function think(text: string, at: number | undefined): void {
    if (text.trim() === '') return
    if (!withTools) leaveOut(leftOut, 'piece of reasoning')
    else add({ kind: 'thought', role: 'assistant', at, texts: [text] })
  }

  function call(name: string, input: unknown, at: number | undefined, id?: string): void {
    const spoken = saidByCall(name, input)
    const command = shellCommandOf(name, input)
    const hasSpoken = spoken !== undefined
    last = { name, input: isQuestion(name) ? input : undefined, command, hasSpoken, piece: undefined }
    if (id !== undefined) asked.set(id, last)
    if (spoken !== undefined) say('assistant', spoken, at)
    if (speaks(name)) return
    const texts = bodiesOfCall(name, input)
    for (const text of texts) noteText(text, traces)
    if (!withTools) leaveOut(leftOut, 'tool call')
    else last.piece = add({ kind: 'call', role: 'assistant', at, texts, name, id })
  }

  function result(output: unknown, at: number | undefined, about: ResultAbout = {}): void {
    const { id, structured, callBody } = about
    const of = id === undefined ? last : asked.get(id)
    const text = toolResultText(output, leftOut)
    noteText(text, traces)
    if (of?.command !== undefined) noteCommand(of.command, text, traces)
    const refused = refusalIn(text)
    if (refused !== undefined) say('user', refused, at)
    if (of !== undefined && speaks(of.name)) {
      answered(of, text, structured, at, about.isError === true || refused !== undefined)
      return
    }
    if (!withTools) {
      leaveOut(leftOut, 'tool result')
      return
    }
    if (callBody !== undefined && of?.piece !== undefined) of.piece.texts = [callBody]
    const shown = refused === undefined ? text : (text.split(/[.\n]/, 1)[0] ?? '')
    if (shown.trim() === '' && about.isError !== true) return
    add({ kind: 'result', role: 'assistant', at, texts: [shown], id, isError: about.isError === true })
  }

  function answered(
    of: Asked,
    text: string,
    structured: unknown,
    at: number | undefined,
    isNone: boolean,
  ): void {
    if (isNone) return
    if (isQuestion(of.name)) say('user', answerIn(text, of.input, structured) ?? '', at)
    else say('user', feedbackIn(text) ?? '', at)
    const approved = approvedPlanIn(text)
    if (approved?.isEdited === true) say('user', approved.plan, at)
    else if (approved !== undefined && !of.hasSpoken) say('assistant', approved.plan, at)
  }

  function finish(about: AboutTalk, isKept: (line: string) => boolean = () => true): ChatDraft {
    const clean = cleanerOf(traces)
    const turns = startTurns()
    const kept = pieces.filter((piece) => piece.line === undefined || isKept(piece.line))
    for (const { role, text, at } of inOrder(kept, clean)) turns.say(role, text, at)
    if (turns.messages.length === 0) throw new ImportError('empty', 'It has no messages.')
    return {
      ...about,
      name: about.name === undefined ? undefined : clean(about.name),
      messages: turns.messages,
      leftOut,
    }
  }

  return {
    say,
    think,
    hideThought: () => {
      leaveOut(leftOut, withTools ? 'encrypted reasoning' : 'piece of reasoning')
    },
    call,
    result,
    beginLine: (id) => {
      line = id
    },
    traces,
    leftOut,
    length: () => pieces.length,
    cutTo: (length) => {
      pieces.length = Math.min(pieces.length, length)
    },
    prompts: () =>
      pieces.flatMap(({ kind, role }, index) => (kind === 'text' && role === 'user' ? [index] : [])),
    heldText: () => held,
    finish,
  }
}

type Told = { role: Role; text: string; at: number | undefined }

/** Results go to where their calls stand; calls of several tools at once come before the results of any. */
function inOrder(pieces: readonly Piece[], clean: (text: string) => string): Told[] {
  const calls = new Set(pieces.flatMap(({ kind, id }) => (kind === 'call' && id !== undefined ? [id] : [])))
  const results = new Map<string, Piece[]>()
  const told: Piece[] = []
  for (const piece of pieces) {
    const { kind, id } = piece
    if (kind !== 'result' || id === undefined || !calls.has(id)) told.push(piece)
    else {
      const own = results.get(id)
      if (own === undefined) results.set(id, [piece])
      else own.push(piece)
    }
  }
  return told.map((piece) => {
    const own = piece.kind === 'call' && piece.id !== undefined ? (results.get(piece.id) ?? []) : []
    return {
      role: piece.role,
      at: piece.at,
      text: joinBlocks([piece, ...own].map((one) => textOf(one, clean))),
    }
  })
}

function textOf({ kind, texts, name = '', isError }: Piece, clean: (text: string) => string): string {
  const cleaned = texts.map(clean)
  if (kind === 'call') return joinBlocks(cleaned.map((body) => callBlock(name, body)))
  const text = cleaned.join('\n\n')
  if (kind === 'thought') return thinkingBlock(text)
  return kind === 'result' ? resultBlock(text, isError) : text
}

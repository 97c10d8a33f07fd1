import { aiStudio } from './formats/ai-studio.ts'
import { chatGpt } from './formats/chatgpt.ts'
import { claude } from './formats/claude.ts'
import { aider } from './formats/agents/aider.ts'
import { antigravity } from './formats/agents/antigravity.ts'
import { claudeCode } from './formats/agents/claude-code.ts'
import { claudeCodeText } from './formats/agents/claude-code-text.ts'
import { clineHistory, clinePanel } from './formats/agents/cline.ts'
import { codex, codexFile } from './formats/agents/codex.ts'
import { codexExec } from './formats/agents/codex-exec.ts'
import { copilotChatCopy, copilotChatLog } from './formats/agents/copilot-chat-text.ts'
import { copilotCli, copilotTimeline } from './formats/agents/copilot-cli.ts'
import {
  geminiCheckpoint,
  geminiLines,
  geminiSession,
  geminiStream,
  qwenCode,
} from './formats/agents/gemini-cli.ts'
import { kimiContext, kimiWire } from './formats/agents/kimi.ts'
import { kiroLines, kiroSaved } from './formats/agents/kiro-cli.ts'
import { openCode } from './formats/agents/opencode.ts'
import { vscodeChat, vscodeLog } from './formats/agents/vscode-chat.ts'
import { wrappedFiles, wrappedLines } from './formats/agents/wrapped-messages.ts'
import { deepSeek } from './formats/deepseek.ts'
import { exchanges } from './formats/exchanges.ts'
import type {
  ChatDraft,
  ConversationFormat,
  ReadOptions,
  RecognisedText,
  RecordFormat,
  SessionFormat,
  TextFormat,
} from './imported-chat.ts'
import { libreChat } from './formats/librechat.ts'
import { listConversations } from './formats/lists/read-list.ts'
import { markdown } from './formats/markdown.ts'
import { isListedMessage, isMessageOfAnyone, messageList } from './formats/message-list.ts'
import { neptunShare } from './formats/neptun-share.ts'
import { neptunSharePage } from './formats/neptun-share-page.ts'
import { openWebUi } from './formats/open-webui.ts'
import { completionChunks } from './formats/records/completion-chunks.ts'
import { geminiActivity } from './formats/records/gemini-activity.ts'
import { langGraphStates } from './formats/records/langgraph-states.ts'
import { llmLogRecords } from './formats/records/llm-log-records.ts'
import { sillyTavern } from './formats/records/sillytavern.ts'
import { isShareGptTurn, shareGpt } from './formats/sharegpt.ts'
import { geminiActivityPage } from './formats/texts/gemini-activity-page.ts'
import { llmLogs } from './formats/texts/llm-logs.ts'
import { numberedSections } from './formats/texts/numbered-sections.ts'
import { perplexityMarkdown } from './formats/texts/perplexity-markdown.ts'
import { savedPage } from './formats/texts/saved-page.ts'
import { trainingRecords } from './formats/training-records.ts'

/** Sessions of coding agents that are one JSON value. */
const agentFiles: readonly ConversationFormat[] = [
  geminiSession,
  geminiCheckpoint,
  clineHistory,
  openCode,
  copilotTimeline,
  vscodeChat,
  kimiContext,
  kiroSaved,
  ...wrappedFiles,
]

/** Formats whose conversation is one JSON value; the first that recognises a value reads it, so the strict stand first. */
const conversationFormats: readonly ConversationFormat[] = [
  neptunShare,
  deepSeek,
  chatGpt,
  claude,
  openWebUi,
  libreChat,
  aiStudio,
  codexFile,
  ...agentFiles,
  ...listConversations,
  exchanges,
  shareGpt,
  messageList,
  trainingRecords,
]

const sessionFormats: readonly SessionFormat[] = [
  qwenCode,
  geminiLines,
  geminiStream,
  claudeCode,
  codex,
  codexExec,
  copilotCli,
  clinePanel,
  antigravity,
  kimiWire,
  kiroLines,
  vscodeLog,
  ...wrappedLines,
]

const recordFormats: readonly RecordFormat[] = [
  llmLogRecords,
  geminiActivity,
  sillyTavern,
  langGraphStates,
  completionChunks,
]

const textFormats: readonly TextFormat[] = [
  neptunSharePage,
  ...[aider, claudeCodeText, copilotChatLog, copilotChatCopy].map(toTextFormat),
  geminiActivityPage,
  savedPage,
  llmLogs,
  perplexityMarkdown,
  numberedSections,
  markdown,
]

function toTextFormat({ name, recognises, read }: RecognisedText): TextFormat {
  return {
    name,
    read: (text, options) =>
      recognises(text) ? read(text, options).map((draft) => ({ ...draft, isNamedByFile: false })) : undefined,
  }
}

export function findConversationFormat(value: unknown): ConversationFormat | undefined {
  return conversationFormats.find((format) => format.recognises(value))
}

/** The conversations that a whole file of some format holds in a way of its own. */
export function conversationsIn(value: unknown): unknown[] | undefined {
  for (const format of conversationFormats) {
    const conversations = format.conversationsIn?.(value)
    if (conversations !== undefined) return conversations
  }
  return undefined
}

export function findSessionFormat(line: unknown): SessionFormat | undefined {
  return sessionFormats.find((format) => format.recognisesLine(line))
}

export function findRecordFormat(value: unknown): RecordFormat | undefined {
  return recordFormats.find((format) => format.recognisesRecord(value))
}

/** The conversations in a text, or undefined where it is in no format; throws ImportError where it can't be read. */
export function readText(text: string, options: ReadOptions): ChatDraft[] | undefined {
  for (const format of textFormats) {
    const drafts = format.read(text, options)
    if (drafts !== undefined) return drafts
  }
  return undefined
}

/** Whether a value is a single message, so that a list of its like is one conversation. */
export function isSingleMessage(value: unknown): boolean {
  return isListedMessage(value) || isMessageOfAnyone(value) || isShareGptTurn(value)
}

/** What the readers are called; format-list.ts says more of each. */
export function readerNames(): ReadonlySet<string> {
  const readers = [...conversationFormats, ...sessionFormats, ...recordFormats, ...textFormats]
  return new Set(readers.map(({ name }) => name))
}

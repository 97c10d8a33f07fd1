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
import type { ConversationFormat, SessionFormat, TextFormat } from './imported-chat.ts'
import { libreChat } from './formats/librechat.ts'
import { isListedMessage, messageList } from './formats/message-list.ts'
import { neptunShare } from './formats/neptun-share.ts'
import { openWebUi } from './formats/open-webui.ts'
import { isShareGptTurn, shareGpt } from './formats/sharegpt.ts'

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
  chatGpt,
  claude,
  openWebUi,
  libreChat,
  aiStudio,
  codexFile,
  ...agentFiles,
  shareGpt,
  messageList,
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

/** Formats that are text; Markdown, which knows them all, isn't among them. */
const textFormats: readonly TextFormat[] = [aider, claudeCodeText, copilotChatLog, copilotChatCopy]

export function findTextFormat(text: string): TextFormat | undefined {
  return textFormats.find((format) => format.recognises(text))
}

export function findConversationFormat(value: unknown): ConversationFormat | undefined {
  return conversationFormats.find((format) => format.recognises(value))
}

export function findSessionFormat(line: unknown): SessionFormat | undefined {
  return sessionFormats.find((format) => format.recognisesLine(line))
}

/** Whether a value is a single message, so that a list of its like is one conversation. */
export function isSingleMessage(value: unknown): boolean {
  return isListedMessage(value) || isShareGptTurn(value)
}

import { aiStudio } from './formats/ai-studio.ts'
import { chatGpt } from './formats/chatgpt.ts'
import { claude } from './formats/claude.ts'
import { claudeCode } from './formats/claude-code.ts'
import { codex, codexFile } from './formats/codex.ts'
import type { ConversationFormat, SessionFormat } from './imported-chat.ts'
import { libreChat } from './formats/librechat.ts'
import { isListedMessage, messageList } from './formats/message-list.ts'
import { neptunShare } from './formats/neptun-share.ts'
import { openWebUi } from './formats/open-webui.ts'
import { isShareGptTurn, shareGpt } from './formats/sharegpt.ts'

/** Formats whose conversation is one JSON value; the first that recognises a value reads it, so the strict stand first. */
const conversationFormats: readonly ConversationFormat[] = [
  neptunShare,
  chatGpt,
  claude,
  openWebUi,
  libreChat,
  aiStudio,
  codexFile,
  shareGpt,
  messageList,
]

const sessionFormats: readonly SessionFormat[] = [claudeCode, codex]

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

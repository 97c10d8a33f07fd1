import { aiStudio } from './ai-studio.ts'
import { chatGpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { claudeCode } from './claude-code.ts'
import { codex, codexFile } from './codex.ts'
import type { ConversationFormat, SessionFormat } from './imported-chat.ts'
import { libreChat } from './librechat.ts'
import { isListedMessage, messageList } from './message-list.ts'
import { neptunShare } from './neptun-share.ts'
import { openWebUi } from './open-webui.ts'
import { isShareGptTurn, shareGpt } from './sharegpt.ts'

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

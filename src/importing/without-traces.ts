import type { ChatDraft } from './imported-chat.ts'
import { cleanerOf, noteText, noTraces } from './text/private-traces.ts'

/** A chat without what tells about the person and their machine, as far as its own texts show that: for agents' chats that aren't sessions. */
export function withoutTraces(draft: ChatDraft): ChatDraft {
  const traces = noTraces()
  for (const { content } of draft.messages) noteText(content, traces)
  const clean = cleanerOf(traces)
  return {
    ...draft,
    name: draft.name === undefined ? undefined : clean(draft.name),
    messages: draft.messages.map((message) => ({ ...message, content: clean(message.content) })),
  }
}

import type { Role } from '../chats/chat.ts'

/**
 * How a conversation that is imported again stands to what is stored of it: the same, grown (what is stored begins
 * it; of the last message only a part may be stored, as an answer grows while an agent works), or different, where
 * somebody edited one of the two.
 */
export function howItContinues(
  stored: readonly { role: Role; content: string }[],
  imported: readonly { role: Role; content: string }[],
): 'same' | 'grown' | 'different' {
  if (stored.length > imported.length) return 'different'
  const last = stored.length - 1
  let isLastLonger = false
  for (const [index, before] of stored.entries()) {
    const now = imported[index]
    if (now?.role !== before.role) return 'different'
    if (now.content === before.content) continue
    if (index !== last || !now.content.startsWith(before.content)) return 'different'
    isLastLonger = true
  }
  return isLastLonger || imported.length > stored.length ? 'grown' : 'same'
}

import { withNotes } from './embedded-files.ts'
import type { ChatDraft } from './imported-chat.ts'

/**
 * What recognises a conversation when it is imported again. With an id of its source: `chatgpt:<id>`. Without:
 * `markdown:content-<hash>` over what stays the same while a conversation grows: its given name and time, and its
 * first message. Two conversations may share that (both begin with "Hi"), so for such a key a stored chat should only
 * be updated where the stored messages begin the new ones.
 */
export function sourceKeyOf(draft: ChatDraft): string {
  const id = draft.id?.trim()
  if (id !== undefined && id !== '') {
    return `${draft.source}:${/^[\x21-\x7e]{1,120}$/.test(id) ? id : `id-${hashOf(id)}`}`
  }
  const first = draft.messages[0]
  const parts = [
    draft.keyHint ?? '',
    draft.name ?? '',
    String(draft.createdAt ?? ''),
    first?.role ?? '',
    withNotes(first?.content ?? ''),
  ]
  return `${draft.source}:content-${hashOf(parts.map((part) => `${part.length}:${part}`).join('|'))}`
}

/** Whether a key was derived from content and so may be shared by different conversations. */
export function isContentKey(sourceKey: string): boolean {
  return /^[a-z-]+:content-/.test(sourceKey)
}

/**
 * A hash of 106 bits (cyrb53 by bryc, public domain, with two seeds). It only tells one's own chats apart, nobody
 * gains by making two of their own collide, so it needn't be cryptographic, and it runs anywhere.
 */
function hashOf(text: string): string {
  return cyrb53(text, 0) + cyrb53(text, 0x9e3779b9)
}

function cyrb53(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, '0')
}

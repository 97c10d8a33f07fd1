import type { Env } from 'markdown-it'

/**
 * An id for an element of a message. Every id on the page that comes from a message is made here: our own
 * words behind the message's prefix, never a word of the message itself.
 */
export function messageElementId(env: Env, name: string): string {
  return `${String(env['idPrefix'])}-${name}`
}

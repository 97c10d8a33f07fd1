import { normaliseListEntry } from '../../../src/accounts/email.ts'

export interface SplitEmails {
  /** normal forms, each once, in their order */
  readonly emails: readonly string[]
  /** what is no email address, as it was written */
  readonly rejected: readonly string[]
}

/**
 * The addresses in a pasted list: one per line, or separated by commas, semicolons or spaces, with or without names
 * as mail programs write them (`Ada Lovelace <ada@example.com>`); and whole domains, as `@example.com`.
 */
export function splitEmails(text: string): SplitEmails {
  const emails = new Set<string>()
  const rejected: string[] = []
  for (const part of text.split(/[\n\r,;\t]+/)) {
    for (const word of wordsOf(part)) {
      const email = normaliseListEntry(word)
      if (email === undefined) rejected.push(word)
      else emails.add(email)
    }
  }
  return { emails: [...emails], rejected }
}

function wordsOf(part: string): string[] {
  // With an address in angle brackets, the rest is somebody's name.
  const bracketed = [...part.matchAll(/<([^<>]*)>/g)].map(([, address = '']) => address.trim())
  if (bracketed.length > 0) return bracketed
  return part.split(/\s+/).filter((word) => word !== '')
}

import type { Finding } from './finding.ts'

const BEGINNING = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
const END = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/
/** Lines of a key that has no end in the text, with what quotes or numbers them; in JSON they end with \n. */
const UNENDED = /(?:\\n|\s){0,4}(?:[A-Za-z-]{1,30}: [^\n]{0,120}\n){0,6}[A-Za-z0-9+/=\s\\>→|]{64,20000}/y
/** Documentation has dots there. */
const KEY_LINE = /[A-Za-z0-9+/=]{40}/
const LONGEST = 20_000

/**
 * Private keys, also where they are quoted, indented, part of a difference, or shown with line numbers as agents read
 * files; to their end, or as far as the text shows of them.
 */
export function findPrivateKeys(text: string): Finding[] {
  const begun = [...text.matchAll(BEGINNING)]
  return begun.flatMap(({ 0: line, index: start }, number) => {
    const from = start + line.length
    // No further than the next one begins: each part of the text is looked at once.
    const rest = text.slice(from, Math.min(from + LONGEST, begun[number + 1]?.index ?? text.length))
    const ended = END.exec(rest)
    UNENDED.lastIndex = from
    const key = ended ? rest.slice(0, ended.index + ended[0].length) : UNENDED.exec(text)?.[0]
    if (key === undefined || !KEY_LINE.test(key)) return []
    return [
      { kind: 'secret' as const, rule: 'private-key', label: 'Private key', start, end: from + key.length },
    ]
  })
}

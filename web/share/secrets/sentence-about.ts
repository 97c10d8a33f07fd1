import type { Finding } from '../../../src/client/types.ts'

/** What was found in a chat, in one sentence. */
export function sentenceAbout(findings: readonly Finding[]): string {
  const secrets = findings.filter(({ kind }) => kind === 'secret').length
  if (secrets > 0)
    return secrets === 1 ? 'There is a secret in this chat.' : `There are ${secrets} secrets in this chat.`
  const traces = findings.length
  return traces === 1
    ? 'One place in this chat tells who or where somebody is.'
    : `${traces} places in this chat tell who or where somebody is.`
}

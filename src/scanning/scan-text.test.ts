import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cleanMessages } from '../../test/kit/clean-messages.ts'
import { madeUpSecrets } from '../../test/kit/made-up-secrets.ts'
import { maskedExcerpt, redacted } from './finding.ts'
import { scanText } from './scan-text.ts'

async function secretsIn(text: string) {
  return (await scanText(text)).filter(({ kind }) => kind === 'secret')
}

describe('a scan', () => {
  test('finds more than a hundred kinds of secrets, wholly, and hides them', async () => {
    const missed: string[] = []
    const seeds = ['a', 'b', 'c', 'd', 'e']
    for (const { kind, secret, message } of seeds.flatMap(madeUpSecrets)) {
      const found = await secretsIn(message)
      const rest = redacted(message, found)
      const excerpts = found.map((_, index) => maskedExcerpt(message, found, index)).join('\n')
      // Nothing of it is left that would help.
      const tail = (/PRIVATE KEY/.test(secret) ? (secret.split('\n')[2] ?? '') : secret).slice(-10)
      if (found.length === 0 || rest.includes(tail) || excerpts.includes(tail))
        missed.push(`${kind}: ${message}`)
    }
    assert.deepEqual(missed, [])
    assert.ok(madeUpSecrets('a').length >= 100)
  })

  test('leaves clean messages alone, of 2,000 all but at most one in a hundred', async () => {
    const flagged: string[] = []
    for (const message of cleanMessages('moons', 2_000)) {
      const found = await scanText(message)
      if (found.length > 0) flagged.push(`${found.map(({ rule }) => rule).join()}: ${message.slice(0, 300)}`)
    }
    assert.ok(
      flagged.length <= 20,
      `${flagged.length} flagged\n${[...new Set(flagged)].slice(0, 30).join('\n')}`,
    )
  })
})

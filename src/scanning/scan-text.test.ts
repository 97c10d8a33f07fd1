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

  test('finds what readers see whole, whatever is between, around or left out', async () => {
    const { secret } = madeUpSecrets('seen').find(({ kind }) => kind === 'GitHub classic') ?? assert.fail()
    const key = madeUpSecrets('seen').find(({ kind }) => kind === 'a quoted private key')?.message ?? ''
    const read = madeUpSecrets('seen').find(
      ({ kind }) => kind === 'a private key that an agent read',
    )?.message
    const half = `${secret.slice(0, 9)}\u200B${secret.slice(9)}`
    for (const [text, hidden] of [
      [`\u001B[32m${secret}\u001B[0m`, secret],
      [`\u001B[1;31m${secret.slice(0, 3)}\u001B[m${secret.slice(3)} ok`, secret.slice(3)],
      [String.raw`{"out":"\u001b[32m${secret}\u001b[0m"}`, secret],
      [`Use ${half}.`, half],
      [`Use _${secret}_.`, secret],
      // The name that a chat got from its first words, all in one line, cut off.
      [key.replace(/\s+/g, ' ').slice(0, 150), key.slice(60, 100)],
      [(read ?? '').replace(/\s+/g, ' ').slice(0, 150), (read ?? '').slice(60, 95)],
    ] as const) {
      assert.ok(hidden.length > 20)
      assert.ok(!redacted(text, await secretsIn(text)).includes(hidden), text)
    }
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

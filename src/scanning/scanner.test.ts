import assert from 'node:assert/strict'
import { test } from 'node:test'
import { madeUpSecrets } from '../../test/kit/made-up-secrets.ts'
import { openScanner, ScanTooLong } from './scanner.ts'

test('a text that takes too long is given up, and the next one is scanned', async () => {
  const hurried = openScanner({ portionLimitMs: 0 })
  await assert.rejects(hurried.scan(['Triton orbits backwards.']), ScanTooLong)
  await hurried.close()
  const outOfTime = openScanner({ limitMs: -1 })
  await assert.rejects(outOfTime.scan(['Triton orbits backwards.']), ScanTooLong)
  await outOfTime.close()
})

test('texts of any number and size are answered in their order', async () => {
  const scanner = openScanner()
  const texts = madeUpSecrets('scanner').map(({ message }, index) => message + ' Moons.'.repeat(index * 400))
  const { found, isComplete } = await scanner.scan(['', ...texts, ''])
  assert.equal(isComplete, true)
  assert.equal(found.length, texts.length + 2)
  assert.deepEqual([found[0], found.at(-1)], [[], []])
  assert.ok(found.slice(1, -1).every((ofText) => ofText.length > 0))
  assert.deepEqual(await scanner.scan([]), { found: [], isComplete: true })
  await scanner.close()
})

test('hostile repetition takes a scan no longer than other texts', async () => {
  const scanner = openScanner()
  const pieces = [
    '-----BEGIN PRIVATE KEY-----',
    'postgres://a:b',
    'eyJa.eyJ',
    'ghs_1_a.',
    'curl -u ',
    'password: ',
    '\\_a',
  ]
  // Each of a portion has ten seconds; quadratic time would take minutes.
  await scanner.scan(pieces.map((piece) => piece.repeat(Math.ceil(600_000 / piece.length))))
  await scanner.close()
})

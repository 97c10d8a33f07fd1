import assert from 'node:assert/strict'
import { it } from 'node:test'
import { splitEmails } from './split-emails.ts'

it('takes lists as people paste them', () => {
  const text =
    'Ada Lovelace <Ada@Example.com>, bob@example.com; carol@example.com\n dan@example.com\tada@example.com'
  assert.deepEqual(splitEmails(text), {
    emails: ['ada@example.com', 'bob@example.com', 'carol@example.com', 'dan@example.com'],
    rejected: [],
  })
})

it('names what is no address and keeps the rest', () => {
  assert.deepEqual(splitEmails('ada@example.com, bob@, example.com'), {
    emails: ['ada@example.com'],
    rejected: ['bob@', 'example.com'],
  })
})

it('finds nothing in blank text', () => {
  assert.deepEqual(splitEmails(' \n,; '), { emails: [], rejected: [] })
})

it('takes a whole domain', () => {
  assert.deepEqual(splitEmails('@Example.com, bob@example.org @'), {
    emails: ['@example.com', 'bob@example.org'],
    rejected: ['@'],
  })
})

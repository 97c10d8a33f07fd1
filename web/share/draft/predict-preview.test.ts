import assert from 'node:assert/strict'
import { it } from 'node:test'
import { predictedSentence, predictPreview } from './predict-preview.ts'
import { draftOf, type ShareDraft } from './share-draft.ts'

const facts = { isPaused: false, viewCount: 0, now: Date.UTC(2030, 0, 1) }
const stranger = { email: undefined, hasPassword: false }
const open = { ...draftOf(undefined, []), audience: 'open' as const }
const listed: ShareDraft = { ...open, audience: 'private', emails: ['ada@example.com'] }
const locked: ShareDraft = { ...open, audience: 'private', password: { kind: 'new', text: 'tritonia' } }

it('predicts what the server will say of a draft', () => {
  assert.equal(predictPreview(open, stranger, facts), 'show')
  assert.equal(predictPreview(open, stranger, { ...facts, isPaused: true }), 'inactive')
  assert.equal(predictPreview({ ...open, audience: 'private' }, stranger, facts), 'ask-sign-in')
  assert.equal(predictPreview(locked, stranger, facts), 'ask-password')
  assert.equal(predictPreview(locked, { ...stranger, hasPassword: true }, facts), 'show')
  assert.equal(predictPreview(listed, stranger, facts), 'ask-sign-in')
  assert.equal(predictPreview(listed, { email: 'ada@example.com', hasPassword: false }, facts), 'show')
  assert.equal(predictPreview(listed, { email: 'bob@example.com', hasPassword: false }, facts), 'not-listed')
})

it('ignores a password and a list that were typed before the share was set to open', () => {
  assert.equal(predictPreview({ ...listed, audience: 'open' }, stranger, facts), 'show')
})

it('says what somebody listed has to do first, by what the server does about emails', () => {
  const visitor = { email: 'ada@example.com', hasPassword: false }
  const said = (sends: boolean, emails: 'trust' | 'refuse', hasSignOn = false) =>
    predictedSentence('show', visitor, {
      isListed: true,
      server: { sends_mail: sends, unverified_emails: emails, operator_contact: null },
      hasSignOn,
    })
  assert.match(said(true, 'refuse'), /once they have confirmed this address by mail/)
  assert.match(said(false, 'refuse'), /once the operator of this server has verified/)
  assert.match(said(false, 'refuse', true), /once they have signed in by single sign-on/)
  assert.equal(said(false, 'trust'), 'They read the chat.')
})

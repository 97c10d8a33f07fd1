import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { draftOf, type ShareDraft } from './share-draft.ts'
import { type ShareFacts, whoCanSee } from './who-can-see.ts'

const open = { ...draftOf(undefined, []), audience: 'open' as const }
const closed: ShareDraft = { ...open, audience: 'private' }
const secret = { kind: 'new', text: 'tritonia' } as const

const facts: ShareFacts = {
  isPaused: false,
  isUsedUp: false,
  viewCount: 0,
  snapshotAt: undefined,
  now: Date.UTC(2030, 0, 1),
  sendsMail: false,
  formatTime: (iso) => iso.slice(0, 10),
}

const sentences: [name: string, draft: ShareDraft, more: Partial<ShareFacts>, sentence: string][] = [
  ['an open link', open, {}, 'Anyone who has the link can read this chat, including what you add later.'],
  [
    'private with nobody let in',
    closed,
    {},
    'Only you can see this: it is private, and nobody has been let in yet.',
  ],
  [
    'a password that is still being typed',
    { ...closed, password: { kind: 'new', text: '' } },
    {},
    'Only you can see this: it is private, and nobody has been let in yet.',
  ],
  [
    'a password',
    { ...closed, password: secret },
    {},
    'Anyone who has the link and the password can read this chat, including what you add later.',
  ],
  [
    'one email',
    { ...closed, emails: ['ada@example.com'] },
    {},
    'Only ada@example.com, signed in with that email, can read this chat, including what you add later.',
  ],
  [
    'two emails',
    { ...closed, emails: ['ada@example.com', 'bob@example.com'] },
    {},
    'Only ada@example.com and bob@example.com, signed in with their email, can read this chat, including what you add later.',
  ],
  [
    'an email that a code by mail confirms',
    { ...closed, emails: ['ada@example.com'] },
    { sendsMail: true },
    'Only ada@example.com, once they have confirmed that email, can read this chat, including what you add later.',
  ],
  [
    'a whole domain',
    { ...closed, emails: ['@example.com'] },
    { sendsMail: true },
    'Only people at example.com, once they have confirmed their email, can read this chat, including what you add later.',
  ],
  [
    'people and a domain',
    { ...closed, emails: ['a@x.org', 'b@x.org', '@example.com'] },
    {},
    'Only the 2 people on your list and people at example.com, signed in with their email, can read this chat, including what you add later.',
  ],
  [
    'a list and a password',
    { ...closed, emails: ['a@x.org', 'b@x.org', 'c@x.org'], password: { kind: 'kept' } },
    {},
    'Only the 3 people on your list, signed in with their email and knowing the password, can read this chat, including what you add later.',
  ],
  [
    'a link without views left',
    { ...open, maxViews: 3 },
    { isUsedUp: true, viewCount: 3 },
    'Only you can see this: all its views are used up.',
  ],
  [
    'an expiry',
    { ...open, expiresAt: '2030-02-03T00:00:00.000Z' },
    {},
    'Anyone who has the link can read this chat until 2030-02-03, including what you add later.',
  ],
  [
    'an expiry gone by',
    { ...open, expiresAt: '2029-02-03T00:00:00.000Z' },
    {},
    'Only you can see this: the link has expired.',
  ],
  [
    'one view',
    { ...open, maxViews: 1 },
    {},
    'Anyone who has the link can read this chat at most once in all, including what you add later.',
  ],
  [
    'some views of several, and an expiry',
    { ...open, maxViews: 5, expiresAt: '2030-02-03T00:00:00.000Z' },
    { viewCount: 2 },
    'Anyone who has the link can read this chat until 2030-02-03, at most 5 times in all (2 so far), including what you add later.',
  ],
  [
    'a snapshot to be taken',
    { ...open, content: 'snapshot' },
    {},
    'Anyone who has the link can read this chat, as it is now.',
  ],
  [
    'a snapshot taken before',
    { ...open, content: 'snapshot' },
    { snapshotAt: '2029-12-24T18:00:00.000Z' },
    'Anyone who has the link can read this chat, as it was on 2029-12-24.',
  ],
  [
    'a paused link',
    open,
    { isPaused: true },
    'Only you can see this while it is paused; after that, anyone who has the link can read this chat, including what you add later.',
  ],
]

describe('the sentence about who can see a share', () => {
  for (const [name, draft, more, sentence] of sentences) {
    it(`says so of ${name}`, () => assert.equal(whoCanSee(draft, { ...facts, ...more }), sentence))
  }

  it('never calls an open link private, whatever was typed for a private one', () => {
    const typed: ShareDraft = { ...open, emails: ['ada@example.com'], password: secret }
    assert.match(whoCanSee(typed, facts), /^Anyone who has the link can read/)
  })
})

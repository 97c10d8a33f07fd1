import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stranger, type Visitor } from './visitor.ts'
import { type GuardedShare, type Outcome, whoMayView } from './who-may-view.ts'

const NOW = Date.UTC(2026, 0, 1)
const OWNER = 1
const READER = 2

const open: GuardedShare = {
  ownerId: OWNER,
  isShared: true,
  isProtected: false,
  passwordHash: null,
  hasWhitelist: false,
  whitelist: [],
  expiresAt: null,
  maxViews: null,
  viewCount: 0,
  lateViewCount: 0,
}
const paused = { ...open, isShared: false }
const expired = { ...open, expiresAt: NOW }
const usedUp = { ...open, maxViews: 3, viewCount: 4, lateViewCount: 1 }
const withPassword = { ...open, isProtected: true, passwordHash: 'hash' }
const forAda = { ...open, isProtected: true, hasWhitelist: true, whitelist: ['ada@x.org', 'bo@x.org'] }
const forDomain = { ...forAda, whitelist: ['@x.org'] }
const withBoth = { ...forAda, passwordHash: 'hash' }
const ownersAlone = { ...open, isProtected: true }

const signedIn = (accountId: number, ...verifiedEmails: string[]): Visitor => ({
  ...stranger,
  accountId,
  verifiedEmails,
})
const owner = signedIn(OWNER, 'owner@x.org')
const ada = signedIn(READER, 'ada@x.org')
const eve = signedIn(READER, 'eve@x.org')
const unverified = signedIn(READER)
const adaWithoutAccount: Visitor = { ...stranger, verifiedEmails: ['ada@x.org'] }
const proved = (visitor: Visitor): Visitor => ({ ...visitor, passwordProof: 'proved' })
const holding = (visitor: Visitor): Visitor => ({ ...visitor, holdsView: true })
const wrong = (visitor: Visitor): Visitor => ({ ...visitor, passwordProof: 'wrong' })
const blocked = (visitor: Visitor): Visitor => ({ ...visitor, passwordProof: 'tries-used-up' })

type Row = [sentence: string, share: GuardedShare | undefined, visitor: Visitor, outcome: Outcome]

const rows: Row[] = [
  ['a stranger reads an open share', open, stranger, 'show'],
  ['anyone signed in reads an open share', open, eve, 'show'],
  ['someone whose email is unverified reads an open share', open, unverified, 'show'],
  ['a wrong password does no harm where none is asked for', open, wrong(stranger), 'show'],
  ['used-up tries do no harm where no password is asked for', open, blocked(stranger), 'show'],
  ['a share that is not there is not found', undefined, stranger, 'not-found'],
  ['a share that is not there is not found by its former owner either', undefined, owner, 'not-found'],

  ['a paused share is gone for a stranger', paused, stranger, 'inactive'],
  [
    'a paused share is gone for who knows the password',
    { ...withPassword, isShared: false },
    proved(stranger),
    'inactive',
  ],
  ['a paused share is gone for who is on the list', { ...forAda, isShared: false }, ada, 'inactive'],
  [
    'a paused share is gone for who used up the tries',
    { ...withPassword, isShared: false },
    blocked(stranger),
    'inactive',
  ],
  ['a paused share is there for its owner', paused, owner, 'show'],
  ['a share is gone in the very moment that it expires', expired, stranger, 'inactive'],
  ['a share is there until the moment before it expires', { ...open, expiresAt: NOW + 1 }, stranger, 'show'],
  ['an expired share is there for its owner', expired, owner, 'show'],
  ['a used-up share is gone for a stranger', usedUp, stranger, 'inactive'],
  [
    'a used-up share is there for who was granted its last view',
    usedUp,
    { ...stranger, holdsView: true },
    'show',
  ],
  ['a paused share is gone for who was granted a view', paused, { ...stranger, holdsView: true }, 'inactive'],
  [
    'an expired share is gone for who was granted a view',
    expired,
    { ...stranger, holdsView: true },
    'inactive',
  ],
  ['a share with one view left is there', { ...usedUp, viewCount: 3 }, stranger, 'show'],
  [
    'a share is gone for who found no view left, though it looks active',
    open,
    { ...ada, foundNoView: true },
    'inactive',
  ],
  ['a share is there for its owner, who takes no view', open, { ...owner, foundNoView: true }, 'show'],
  ['a used-up share is there for its owner', usedUp, owner, 'show'],
  ['a used-up share is there for who was granted its last view', usedUp, holding(stranger), 'show'],
  ['a paused share is gone for who was granted a view', paused, holding(stranger), 'inactive'],
  ['an expired share is gone for who was granted a view', expired, holding(stranger), 'inactive'],
  [
    'a granted view stands in for no password',
    { ...withPassword, maxViews: 1, viewCount: 1 },
    holding(stranger),
    'ask-password',
  ],
  ['a granted view stands in for no place on the list', forAda, holding(eve), 'not-listed'],

  ['a stranger is asked for the password', withPassword, stranger, 'ask-password'],
  ['a stranger with the password reads, without an account', withPassword, proved(stranger), 'show'],
  ['a wrong password is asked for again', withPassword, wrong(stranger), 'ask-password'],
  ['after too many tries a stranger waits', withPassword, blocked(stranger), 'too-many-tries'],
  ['an account does not stand in for the password', withPassword, ada, 'ask-password'],
  ['the owner needs no password', withPassword, owner, 'show'],
  ['the owner is not stopped by used-up tries', withPassword, blocked(owner), 'show'],

  ['a stranger is asked to sign in to a share for listed emails', forAda, stranger, 'ask-sign-in'],
  ['a listed email reads', forAda, ada, 'show'],
  ['an email that is not on the list does not read', forAda, eve, 'not-listed'],
  ['a listed email that was proved without an account reads', forAda, adaWithoutAccount, 'show'],
  ['one of several verified emails is enough', forAda, signedIn(READER, 'eve@x.org', 'bo@x.org'), 'show'],
  [
    'an email that was proved without an account opens no other list',
    { ...forAda, whitelist: ['bo@x.org'] },
    adaWithoutAccount,
    'not-listed',
  ],
  ['an unverified email does not read, and hears nothing of the list', forAda, unverified, 'confirm-email'],
  [
    'an unverified email hears the same of a share that lists nobody',
    ownersAlone,
    unverified,
    'confirm-email',
  ],
  ['an email of a listed domain reads', forDomain, eve, 'show'],
  [
    'an email of a listed domain that was proved without an account reads',
    forDomain,
    adaWithoutAccount,
    'show',
  ],
  [
    'an email of a domain below the listed one does not',
    forDomain,
    signedIn(READER, 'eve@mail.x.org'),
    'not-listed',
  ],
  [
    'an email of a domain that only ends like it does not',
    forDomain,
    signedIn(READER, 'eve@notx.org'),
    'not-listed',
  ],
  ['an unverified email of a listed domain does not read', forDomain, unverified, 'confirm-email'],
  [
    'a proved email counts beside an account whose own is unverified',
    forAda,
    { ...unverified, verifiedEmails: ['bo@x.org'] },
    'show',
  ],
  ['a password does not stand in for the list', forAda, proved(stranger), 'ask-sign-in'],
  ['the owner needs no entry', forAda, owner, 'show'],
  [
    'a share with entries lets nobody in whose entry was not looked up',
    { ...forAda, whitelist: [] },
    ada,
    'not-listed',
  ],
  [
    'entries gate a share even while it is not marked protected',
    { ...forAda, isProtected: false },
    stranger,
    'ask-sign-in',
  ],
  [
    'a password gates a share even while it is not marked protected',
    { ...withPassword, isProtected: false },
    stranger,
    'ask-password',
  ],

  ['with password and list, the password is asked for first', withBoth, ada, 'ask-password'],
  ['with password and list, the password alone is not enough', withBoth, proved(stranger), 'ask-sign-in'],
  ['with password and list, another account is not enough', withBoth, proved(eve), 'not-listed'],
  ['with password and list, both together open it', withBoth, proved(ada), 'show'],

  [
    'a private share without password and list asks a stranger to sign in',
    ownersAlone,
    stranger,
    'ask-sign-in',
  ],
  ['a private share without password and list is for nobody else', ownersAlone, ada, 'not-listed'],
  ['a private share is not opened by a password it does not have', ownersAlone, proved(eve), 'not-listed'],
  ['a private share without password and list is there for its owner', ownersAlone, owner, 'show'],
]

describe('who may view', () => {
  for (const [sentence, share, visitor, outcome] of rows) {
    it(sentence, () => {
      assert.equal(whoMayView(share, visitor, NOW), outcome)
    })
  }
})

import { describe, it } from 'node:test'
import fc from 'fast-check'
import { changeShare, newShareSettings, type ShareChange } from './change-share.ts'
import { shareInfoFor } from './share-info.ts'
import { isActive, type ShareSettings, shareState } from './share.ts'
import type { Visitor } from './visitor.ts'
import { type GuardedShare, whoMayView } from './who-may-view.ts'

const NOW = 1_000_000
const RUNS = { numRuns: 2000 }

const email = fc.constantFrom('ada@x.org', 'bo@x.org', 'eve@y.org', 'eve@z.x.org')
const entry = fc.oneof(email, fc.constantFrom('@x.org', '@y.org', '@org'))
const anyShare: fc.Arbitrary<GuardedShare> = fc
  .record({
    ownerId: fc.integer({ min: 1, max: 3 }),
    isShared: fc.boolean(),
    isProtected: fc.boolean(),
    passwordHash: fc.option(fc.constant('hash')),
    whitelist: fc.uniqueArray(entry),
    expiresAt: fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 })),
    maxViews: fc.option(fc.integer({ min: 1, max: 3 })),
    viewCount: fc.nat(4),
    lateViewCount: fc.constant(0),
  })
  .map((share) => ({ ...share, hasWhitelist: share.whitelist.length > 0 }))
const anyVisitor: fc.Arbitrary<Visitor> = fc.record({
  accountId: fc.option(fc.integer({ min: 1, max: 3 })),
  verifiedEmails: fc.uniqueArray(email),
  passwordProof: fc.constantFrom('none', 'wrong', 'proved', 'tries-used-up'),
  foundNoView: fc.boolean(),
  holdsView: fc.boolean(),
})

const shows = (share: GuardedShare | undefined, visitor: Visitor): boolean =>
  whoMayView(share, visitor, NOW) === 'show'
const isOwner = (share: GuardedShare, visitor: Visitor): boolean => visitor.accountId === share.ownerId

describe('whatever the share and whoever the visitor', () => {
  it('nobody but the owner ever sees a paused, expired or used-up share, unless they hold one of its views', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        fc.pre(!isActive(share, NOW) && !isOwner(share, visitor))
        fc.pre(!visitor.holdsView || shareState(share, NOW) !== 'used-up')
        fc.pre(!(visitor.holdsView && shareState(share, NOW) === 'used-up'))
        return whoMayView(share, visitor, NOW) === 'inactive'
      }),
      RUNS,
    )
  })

  it('the owner always sees the chat', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const owner = { ...visitor, accountId: share.ownerId, verifiedEmails: [] }
        return shows(share, owner)
      }),
      RUNS,
    )
  })

  it('taking away a proof never widens what is shown', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const poorer: Visitor[] = [
          { ...visitor, accountId: null },
          { ...visitor, verifiedEmails: visitor.verifiedEmails.slice(1) },
          { ...visitor, foundNoView: true },
          { ...visitor, holdsView: false },
          { ...visitor, passwordProof: 'none' },
          { ...visitor, passwordProof: 'wrong' },
          { ...visitor, passwordProof: 'tries-used-up' },
        ]
        return poorer.every((less) => !shows(share, less) || shows(share, visitor))
      }),
      RUNS,
    )
  })

  it('an email opens nothing that lists neither it nor its domain', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, email, (share, visitor, other) => {
        const domain = `@${other.split('@')[1]}`
        fc.pre(!share.whitelist.includes(other) && !share.whitelist.includes(domain))
        const richer = { ...visitor, verifiedEmails: [...visitor.verifiedEmails, other] }
        return !shows(share, richer) || shows(share, visitor)
      }),
      RUNS,
    )
  })

  it('who has proved no email learns nothing of the list', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, fc.uniqueArray(entry, { minLength: 1 }), (share, visitor, other) => {
        fc.pre(share.hasWhitelist)
        const unproved = { ...visitor, verifiedEmails: [] }
        const rewritten = { ...share, whitelist: other }
        return whoMayView(share, unproved, NOW) === whoMayView(rewritten, unproved, NOW)
      }),
      RUNS,
    )
  })

  it('adding a protection never widens what is shown', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const stricter: GuardedShare[] = [
          { ...share, isShared: false },
          { ...share, isProtected: true },
          { ...share, passwordHash: 'hash' },
          { ...share, expiresAt: NOW },
          { ...share, maxViews: share.viewCount },
        ]
        // The first entry narrows an open share; on a private one it is what lets somebody in.
        if (!share.isProtected && !share.hasWhitelist) {
          stricter.push({ ...share, hasWhitelist: true, whitelist: ['ada@x.org'] })
        }
        return stricter
          .filter((next) => !unlocksByPassword(share, next))
          .every((next) => !shows(next, visitor) || shows(share, visitor))
      }),
      RUNS,
    )
  })

  it('an answer about a share that is not active tells nothing of how it was protected', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const outcome = whoMayView(share, visitor, NOW)
        fc.pre(outcome === 'inactive')
        const { shareExists, ...others } = shareInfoFor(share, outcome, NOW)
        return shareExists && Object.values(others).every((flag) => !flag)
      }),
      RUNS,
    )
  })
})

/** A password on a private share without entries is what lets somebody else in: it replaces "nobody". */
function unlocksByPassword(before: GuardedShare, after: GuardedShare): boolean {
  return (
    before.passwordHash === null && after.passwordHash !== null && before.isProtected && !before.hasWhitelist
  )
}

const anyChange: fc.Arbitrary<ShareChange> = fc.record(
  {
    isShared: fc.boolean(),
    isProtected: fc.boolean(),
    passwordHash: fc.option(fc.constantFrom('hash-a', 'hash-b')),
    expiresAt: fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 })),
    maxViews: fc.option(fc.integer({ min: 1, max: 3 })),
    emails: fc.uniqueArray(email),
  },
  { requiredKeys: [] },
)

describe('whatever an owner changes', () => {
  it('a share with a password or a whitelist is protected, and opens only when told so explicitly', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 8 }), (changes) => {
        let settings: ShareSettings = newShareSettings
        for (const change of changes) {
          const result = changeShare(settings, change, NOW)
          if ('problem' in result) continue
          const before = settings
          settings = result.settings
          const isGated = settings.passwordHash !== null || settings.hasWhitelist
          if (isGated && !settings.isProtected) return false
          if (before.isProtected && !settings.isProtected && change.isProtected !== false) return false
          if (
            before.passwordHash !== settings.passwordHash &&
            before.unlockVersion >= settings.unlockVersion
          ) {
            return false
          }
        }
        return true
      }),
      RUNS,
    )
  })
})

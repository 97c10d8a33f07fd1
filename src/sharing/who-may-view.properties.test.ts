import { describe, it } from 'node:test'
import fc from 'fast-check'
import { changeShare, newShareSettings, type ShareChange, type ShareSettings } from './change-share.ts'
import { shareInfoFor } from './share-info.ts'
import { isActive, type ShareState } from './share.ts'
import type { Visitor } from './visitor.ts'
import { whoMayView } from './who-may-view.ts'

const NOW = 1_000_000
const RUNS = { numRuns: 2000 }

const email = fc.constantFrom('ada@x.org', 'bo@x.org', 'eve@x.org')
const anyShare: fc.Arbitrary<ShareState> = fc.record({
  ownerId: fc.integer({ min: 1, max: 3 }),
  isShared: fc.boolean(),
  isProtected: fc.boolean(),
  hasPassword: fc.boolean(),
  whitelist: fc.uniqueArray(email).map((emails) => ({ size: emails.length, emails })),
  expiresAt: fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 })),
  maxViews: fc.option(fc.integer({ min: 1, max: 3 })),
  countedViews: fc.nat(4),
})
const anyVisitor: fc.Arbitrary<Visitor> = fc.record({
  account: fc.option(fc.record({ id: fc.integer({ min: 1, max: 3 }), verifiedEmail: fc.option(email) })),
  passwordProof: fc.constantFrom('none', 'wrong', 'proved', 'tries-used-up'),
})

const shows = (share: ShareState | undefined, visitor: Visitor): boolean =>
  whoMayView(share, visitor, NOW) === 'show'
const isOwner = (share: ShareState, visitor: Visitor): boolean => visitor.account?.id === share.ownerId

describe('whatever the share and whoever the visitor', () => {
  it('nobody but the owner ever sees a paused, expired or used-up share', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        fc.pre(!isActive(share, NOW) && !isOwner(share, visitor))
        return whoMayView(share, visitor, NOW) === 'inactive'
      }),
      RUNS,
    )
  })

  it('the owner always sees the chat', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const owner = { ...visitor, account: { id: share.ownerId, verifiedEmail: null } }
        return shows(share, owner)
      }),
      RUNS,
    )
  })

  it('taking away a proof never widens what is shown', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const poorer: Visitor[] = [
          { ...visitor, account: null },
          { ...visitor, account: visitor.account && { ...visitor.account, verifiedEmail: null } },
          { ...visitor, passwordProof: 'none' },
          { ...visitor, passwordProof: 'wrong' },
          { ...visitor, passwordProof: 'tries-used-up' },
        ]
        return poorer.every((less) => !shows(share, less) || shows(share, visitor))
      }),
      RUNS,
    )
  })

  it('adding a protection never widens what is shown', () => {
    fc.assert(
      fc.property(anyShare, anyVisitor, (share, visitor) => {
        const stricter: ShareState[] = [
          { ...share, isShared: false },
          { ...share, isProtected: true },
          { ...share, hasPassword: true },
          { ...share, expiresAt: NOW },
          { ...share, maxViews: share.countedViews },
        ]
        // The first entry narrows an open share; on a private one it is what lets somebody in.
        if (!share.isProtected && share.whitelist.size === 0) {
          stricter.push({ ...share, whitelist: { size: 1, emails: ['ada@x.org'] } })
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
function unlocksByPassword(before: ShareState, after: ShareState): boolean {
  return !before.hasPassword && after.hasPassword && before.isProtected && before.whitelist.size === 0
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
          const isGated = settings.passwordHash !== null || settings.whitelistSize > 0
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

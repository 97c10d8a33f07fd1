import type { ShareSettings } from './share.ts'

/** Whom a share lets in besides its owner: nobody, those who prove something, everyone with the link. */
type Reach = 0 | 1 | 2

type Gates = Pick<ShareSettings, 'isShared' | 'isProtected' | 'passwordHash' | 'hasWhitelist'>

/** How far a share reaches, as it is set: a limit that is passed may be raised again. */
function reachOf({ isShared, isProtected, passwordHash, hasWhitelist }: Gates): Reach {
  if (!isShared) return 0
  if (!isProtected) return 2
  return passwordHash !== null || hasWhitelist ? 1 : 0
}

/** What decides who sees what: the settings, and the snapshot if there is one. */
type Shown = Gates & { readonly snapshotId: number | null }

/**
 * Whether a change lets others see a chat who couldn't, or shows them another text of it. What narrows a share down
 * doesn't, and neither does another email beside those that get in already.
 *
 * @param before undefined for a new share
 */
export function showsMore(before: Shown | undefined, after: Shown): boolean {
  const reach = reachOf(after)
  if (reach === 0) return false
  return reach > (before ? reachOf(before) : 0) || before?.snapshotId !== after.snapshotId
}

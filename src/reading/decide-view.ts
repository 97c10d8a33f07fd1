import { rememberDevice } from '../secrets/device-token.ts'
import { isUnlockToken } from '../secrets/unlock-token.ts'
import { isViewToken } from '../secrets/view-token.ts'
import { findReader as findStoredReader } from '../storage/queries/readers.ts'
import type { UsedTries } from '../storage/queries/tries.ts'
import type { Origin, ReadingContext, Session } from './context.ts'
import { keepAlive } from './find-session.ts'
import { outcomeOf, type Reader, type ViewDecision, visitorOf } from './outcome-of.ts'
import {
  deviceSubjectOf,
  isRemembered,
  type PresentedPassword,
  retryAfterOf,
  trySharePassword,
} from './try-share-password.ts'

/** What a visitor brings along to open a share. */
export interface Proofs {
  /** of a session's token, valid or not */
  readonly tokenHash: string | undefined
  /** the account that a program's token stands for, in place of a session */
  readonly account?: Session | undefined
  /** of the reader cookie's token, valid or not */
  readonly readerHash: string | undefined
  /** the value of the share's unlock cookie */
  readonly unlockToken: string | undefined
  readonly password: PresentedPassword | undefined
  /** the value of the cookie of a view that was granted, where the same page or a file of it is loaded */
  readonly viewToken?: string | undefined
  readonly from: Origin
}

/**
 * Asks who may view. One query finds the share and whatever of the visitor counts for it; a password is checked only
 * where nothing else proves it.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 */
export async function decideView(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
): Promise<ViewDecision> {
  const reader = await findReader(context, uuid, proofs)
  const isProved = hasUnlocked(context, reader, proofs) || hasProvedBefore(context, reader, proofs)
  const passwordProof = isProved ? 'proved' : 'none'
  const holdsView = wasGrantedView(context, reader, proofs)
  const decided = outcomeOf(context, reader, visitorOf(context, reader, passwordProof, holdsView))
  const { password } = proofs
  if (decided.outcome !== 'ask-password' || !password || password.readings().length === 0) return decided
  return decideByPassword(context, reader, uuid, { ...proofs, password })
}

/** A share and who asks for it, with what the store knows of their proofs. */
interface FoundReader extends Reader {
  /** whether the session has proved the share's present password */
  readonly sessionHasUnlocked: boolean
  /** of the share's password, where one is presented */
  readonly tries: UsedTries | undefined
}

/** Finds a share and who asks for it, before anything is decided. */
export async function findReader(
  context: ReadingContext,
  uuid: string | undefined,
  { tokenHash, account, readerHash, password, from }: Omit<Proofs, 'unlockToken'>,
): Promise<FoundReader> {
  const address = password && from.address
  const found =
    uuid === undefined
      ? undefined
      : await findStoredReader(
          context.store,
          { uuid, tokenHash, readerHash, address, accountEmail: account?.email },
          context.now(),
        )
  const session = account
    ? found && { ...account, isRenewed: false }
    : found?.session && (await keepAlive(context, found.session))
  return {
    share: found?.share,
    source: found?.source,
    session,
    provedEmails: found?.provedEmails ?? [],
    from,
    sessionHasUnlocked: session !== undefined && found?.hasUnlocked === true,
    tries: found?.tries,
  }
}

/** Whether the session or a cookie has proved the share's present password. */
function hasUnlocked(
  { now, proofs }: ReadingContext,
  { share, sessionHasUnlocked }: FoundReader,
  { unlockToken }: Proofs,
): boolean {
  if (!share || share.passwordHash === null) return false
  if (sessionHasUnlocked) return true
  const { uuid, passwordHash } = share
  return unlockToken !== undefined && isUnlockToken(unlockToken, { uuid, passwordHash }, now(), proofs)
}

/** Whether a password is presented that this visitor has proved before. */
function hasProvedBefore(
  context: ReadingContext,
  { share, tries }: FoundReader,
  { password, from }: Proofs,
): boolean {
  if (!password || !tries || !share || share.passwordHash === null) return false
  return isRemembered(context, share.passwordHash, { password, from }, tries)
}

/** Whether this browser was granted a view of what the share shows now. */
function wasGrantedView(
  { store, now }: ReadingContext,
  { share, source }: Reader,
  { viewToken }: Proofs,
): boolean {
  if (viewToken === undefined || !share || !source) return false
  return isViewToken(viewToken, { share, source }, now(), store.secret)
}

async function decideByPassword(
  context: ReadingContext,
  reader: FoundReader,
  uuid: string | undefined,
  proofs: Proofs & { readonly password: PresentedPassword },
): Promise<ViewDecision> {
  const { password, from } = proofs
  const { id, passwordHash } = reader.share ?? {}
  if (id === undefined || !passwordHash) throw new Error('Only a share with a password asks for one.')
  const presented = { password, from, used: reader.tries }
  const tried = await trySharePassword(context, { id, passwordHash }, presented)

  // The share may have changed during the check: what counts is the share, and its password, as they are now.
  const present = tried.isAtOnce ? reader : await findReader(context, uuid, proofs)
  const isStale = tried.proof === 'proved' && present.share?.passwordHash !== passwordHash
  const holdsView = wasGrantedView(context, present, proofs)
  const visitor = visitorOf(context, present, isStale ? 'wrong' : tried.proof, holdsView)
  const decided = outcomeOf(context, present, visitor)
  // The session may have been renewed before the check; its cookie still has to be renewed too.
  const isRenewed = reader.session?.isRenewed === true || decided.session?.isRenewed === true
  return {
    ...decided,
    session: decided.session && { ...decided.session, isRenewed },
    ...retryAfterOf(tried),
    ...(tried.proof === 'proved' && !tried.isAtOnce && !isStale
      ? { device: rememberDevice(from.device, deviceSubjectOf({ id, passwordHash }), context.store.secret) }
      : {}),
  }
}

import { decideView, type Proofs } from '../../reading/decide-view.ts'
import type { ViewDecision } from '../../reading/outcome-of.ts'
import { ACCESS_REQUESTS } from '../../sharing/limits.ts'
import {
  type AccessRequest,
  closeRequest,
  findRequest,
  insertRequest,
  listRequests,
} from '../../storage/queries/mail/access-requests.ts'
import { takeTry } from '../../storage/queries/tries.ts'
import { findShare } from '../../storage/queries/lists/own-shares.ts'
import { findMailWishes, findUser, updateMailWishes } from '../../storage/queries/users.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../events.ts'
import { Refusal } from '../refusal.ts'
import { addToWhitelist, type WhitelistEntry } from './whitelist.ts'

export type { AccessRequest }

/** An owner looks at so many at once. */
const MOST_LISTED = 200

/**
 * Asks a share's owner to let somebody in who has proved an email and isn't on the list. Once a day is enough: asking
 * again sooner changes nothing.
 *
 * @param origin our own, for the mail
 * @returns the email that the owner sees; undefined where there is nothing to ask, or they may not ask
 */
export async function requestAccess(
  context: Context,
  uuid: string | undefined,
  proofs: Proofs,
  origin: string,
): Promise<{ readonly decision: ViewDecision; readonly email: string | undefined }> {
  const { store, now } = context
  const decision = await decideView(context, uuid, proofs)
  const { outcome, share, visitor } = decision
  const [email] = visitor.verifiedEmails
  if (outcome !== 'not-listed' || !share || email === undefined) return { decision, email: undefined }

  const ofReader = `access requests of ${email}`
  if (!(await takeTry(store, ofReader, ACCESS_REQUESTS.perReader, now()))) return { decision, email }
  const toOwner = `access requests mailed to ${share.ownerId}`
  const mayMail = context.outbox && (await takeTry(store, toOwner, ACCESS_REQUESTS.mailsPerOwner, now()))
  await store.transaction(async (trx) => {
    const time = now()
    const request = { shareId: share.id, email, now: time, since: time - ACCESS_REQUESTS.pauseMs }
    if (!(await insertRequest(trx, request))) return
    const owner = await findUser(trx, share.ownerId)
    const isWanted = owner?.isVerified === true && (await findMailWishes(trx, owner.id)).accessRequests
    if (!context.outbox || !mayMail || !isWanted) return
    await context.outbox.put(trx, owner.email, { kind: 'access-request', origin, reader: email })
  })
  context.outbox?.wake()
  return { decision, email }
}

export function listAccessRequests(context: Context, userId: number): Promise<AccessRequest[]> {
  return listRequests(context.store.read, userId, MOST_LISTED)
}

/**
 * Adds who asked to the share's list, and tells them.
 *
 * @param origin our own, for the mail
 * @returns the whole list
 */
export async function acceptRequest(
  context: Context,
  userId: number,
  id: number,
  by: Actor,
  origin: string,
): Promise<WhitelistEntry[]> {
  const { shareId, chatId, email } = await getRequest(context, userId, id)
  const address = { userId, chatId, shareId }
  const entries = await addToWhitelist(context, address, [email], { field: undefined, by })
  await context.store.transaction(async (trx) => {
    await closeRequest(trx, id)
    const share = await findShare(trx, chatId, shareId)
    const user = await findUser(trx, userId)
    // A mail that names somebody comes from nobody else.
    if (!context.outbox || !share || !user?.isVerified) return
    const owner = user.email
    const url = `${origin}/shared/chats/${share.uuid}`
    await context.outbox.put(trx, email, { kind: 'access-granted', origin, owner, url })
  })
  context.outbox?.wake()
  return entries
}

/** Leaves it as it is; the reader isn't told. */
export async function dismissRequest(context: Context, userId: number, id: number): Promise<void> {
  await getRequest(context, userId, id)
  await closeRequest(context.store.write, id)
}

async function getRequest(context: Context, userId: number, id: number): Promise<AccessRequest> {
  const request = await findRequest(context.store.read, userId, id)
  if (!request) throw new Refusal({ code: 'access-request-not-found' })
  return request
}

/** Of what an owner is told by mail. */
export interface MailWishes {
  readonly accessRequests: boolean
}

export function getMailWishes(context: Context, userId: number): Promise<MailWishes> {
  return findMailWishes(context.store.read, userId)
}

export async function changeMailWishes(
  context: Context,
  userId: number,
  wishes: MailWishes,
): Promise<MailWishes> {
  await updateMailWishes(context.store.write, userId, wishes)
  return wishes
}

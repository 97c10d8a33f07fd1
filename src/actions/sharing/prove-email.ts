import { findReader } from '../../reading/decide-view.ts'
import { outcomeOf, type ViewDecision } from '../../reading/outcome-of.ts'
import { newToken, tokenHash } from '../../secrets/tokens.ts'
import { READER_LIFETIME } from '../../sharing/limits.ts'
import { shareInfoFor } from '../../sharing/share-info.ts'
import { stranger } from '../../sharing/visitor.ts'
import { deleteProofs, insertProof } from '../../storage/queries/mail/reader-proofs.ts'
import { findListing } from '../../storage/queries/whitelist.ts'
import { askerOf, sendCode } from '../codes/send-code.ts'
import { enterCode } from '../codes/enter-code.ts'
import type { Context, Origin } from '../context.ts'
import { getOutbox } from '../mail.ts'
import { readEmail } from '../read-input.ts'

type Asked<T> = { readonly refused: ViewDecision } | ({ readonly refused?: never } & T)

const purposeOf = (shareId: number): string => `share ${shareId}`

/**
 * Mails a code to somebody who wants to read a share, if the share lists them. It does so after the answer, which is the
 * same for every email.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 * @param origin our own, for the mail
 */
export async function askToRead(
  context: Context,
  uuid: string | undefined,
  asked: { readonly email: string; readonly origin: string; readonly from: Origin },
): Promise<Asked<{ readonly email: string }>> {
  getOutbox(context)
  const { origin, from } = asked
  const email = readEmail(asked.email)
  const found = await findActive(context, uuid, from)
  if (found.refused) return { refused: found.refused }
  const { id: shareId } = found.share
  const asker = askerOf(from)
  context.background.later(asker.address, async () => {
    const isSent = await findListing(context.store.read, shareId, email)
    const subject = { purpose: purposeOf(shareId), email }
    await sendCode(context, { subject, kind: 'reading-code', origin, isSent, shareId }, asker)
  })
  return { email }
}

/**
 * Proves an email by a code. This browser has proved it from then on, for every share that lists it and for nothing else.
 *
 * @param formerHash of the reader token that the browser has
 * @returns the browser's new reader token; or why not
 */
export async function proveEmail(
  context: Context,
  uuid: string | undefined,
  input: { readonly email: string; readonly code: string },
  formerHash: string | undefined,
  from: Origin,
): Promise<Asked<{ readonly token: string }>> {
  getOutbox(context)
  const email = readEmail(input.email)
  const found = await findActive(context, uuid, from)
  if (found.refused) return { refused: found.refused }
  const { share, decision } = found
  const token = newToken()
  const subject = { purpose: purposeOf(share.id), email }
  const entered = await enterCode(context, subject, input.code, from, async (trx) => {
    const now = context.now()
    const proof = { tokenHash: tokenHash(token), formerHash, email, now, expiresAt: now + READER_LIFETIME }
    await insertProof(trx, proof)
  })
  if (entered.isRight) return { token }
  const { retryAfterSeconds } = entered
  const outcome = retryAfterSeconds === undefined ? 'ask-sign-in' : 'too-many-tries'
  const info = shareInfoFor(share, outcome, context.now())
  return {
    refused: {
      ...decision,
      outcome,
      info,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  }
}

/** Ends what a browser has proved. */
export async function forgetProofs(context: Context, readerHash: string | undefined): Promise<void> {
  if (readerHash !== undefined) await deleteProofs(context.store.write, readerHash)
}

/** The share as a stranger meets it, or why they don't. */
async function findActive(context: Context, uuid: string | undefined, from: Origin) {
  const reader = await findReader(context, uuid, {
    tokenHash: undefined,
    readerHash: undefined,
    password: undefined,
    from,
  })
  const decision = outcomeOf(context, reader, stranger)
  const { share } = reader
  if (!share || decision.outcome === 'not-found' || decision.outcome === 'inactive') {
    return { refused: decision }
  }
  return { share, decision }
}

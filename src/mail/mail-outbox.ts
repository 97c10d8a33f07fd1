import { createHmac } from 'node:crypto'
import { createOutbox, LEASE_MS, type Outbox } from '../concurrency/outbox.ts'
import {
  type ClaimedMail,
  claimMail,
  deleteMail,
  findNextDue,
  insertMail,
  postponeMail,
} from '../storage/queries/mail/mails.ts'
import type { Queries, Store } from '../storage/store.ts'
import { givesUpAt, type Mail } from './mail.ts'
import { mailText } from './mail-texts.ts'
import type { SendMail } from './send-mail.ts'
import { writeMail } from './write-mail.ts'

const AT_ONCE = 4

/** The mail that waits in the store, and what sends it. */
export interface MailOutbox extends Outbox {
  /** Puts a mail into the store, in the transaction of what it tells of. Call `wake` once that is committed. */
  put(trx: Queries, recipient: string, mail: Mail): Promise<void>
}

/**
 * @param options.contact of the operator, for the mails' last line
 * @param options.pauses in milliseconds, after each attempt that failed
 * @param onFailure told what went wrong, and whether it was the last attempt
 */
export function createMailOutbox(
  store: Store,
  now: () => number,
  send: SendMail,
  options: { readonly contact: string | undefined; readonly pauses?: readonly number[] },
  onFailure: (error: unknown, wasLast: boolean) => void,
): MailOutbox {
  /** The same for each attempt, so that mail programs show what was sent twice as one. */
  function nameOf({ id }: ClaimedMail): string {
    return createHmac('sha256', store.secret).update(`mail ${id}`).digest('hex').slice(0, 32)
  }

  const outbox = createOutbox<ClaimedMail>(
    {
      claim: (at) => claimMail(store, at, LEASE_MS),
      remove: (mail) => deleteMail(store, mail),
      postpone: (mail, until) => postponeMail(store, mail, until),
      nextDue: () => findNextDue(store),
      async send(mail, signal) {
        const written = writeMail(mailText(JSON.parse(mail.content) as Mail, options.contact))
        await send(mail.recipient, written, nameOf(mail), signal)
      },
      onFailure,
    },
    now,
    { atOnce: AT_ONCE, pauses: options.pauses },
  )
  return {
    ...outbox,
    async put(trx, recipient, mail) {
      const time = now()
      const content = JSON.stringify(mail)
      await insertMail(trx, { recipient, content, now: time, givesUpAt: givesUpAt(mail, time) })
    },
  }
}

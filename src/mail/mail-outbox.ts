import { createHmac } from 'node:crypto'
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

/** Mails that one process sends side by side: one that hangs keeps no other from leaving. */
const AT_ONCE = 4
/** Longer than sending takes at most: what a process that ended was sending is sent by another one then. */
const LEASE_MS = 90_000
/** What another process left behind is found so late at most. */
const LOOK_EVERY_MS = 15_000
const SHORTEST_WAIT_MS = 20
const STOP_WITHIN_MS = 3000

const SECOND = 1000
const MINUTE = 60 * SECOND
/** Pauses after each attempt that failed; the last one goes on. */
const PAUSES = [2, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200].map((seconds) => seconds * SECOND)

/** The mail that waits in the store, and what sends it. Any process sends whatever is due. */
export interface Outbox {
  /** Puts a mail into the store, in the transaction of what it tells of. Call {@link wake} once that is committed. */
  put(trx: Queries, recipient: string, mail: Mail): Promise<void>
  wake(): void
  start(): void
  /** Resolves when nothing is under way any more, or takes too long. */
  stop(): Promise<void>
}

/**
 * @param options.contact of the operator, for the mails' last line
 * @param options.pauses in milliseconds, after each attempt that failed
 * @param onFailure told what went wrong, and whether it was the last attempt
 */
export function createOutbox(
  store: Store,
  now: () => number,
  send: SendMail,
  options: { readonly contact: string | undefined; readonly pauses?: readonly number[] },
  onFailure: (error: unknown, wasLast: boolean) => void,
): Outbox {
  const pauses = options.pauses ?? PAUSES
  /** nothing more begins */
  let isStopped = false
  /** what is under way is broken off */
  const breaking = new AbortController()
  const underWay = new Set<Promise<void>>()
  let running: Promise<void> | undefined
  let isWoken = false
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    let hasFailed = false
    try {
      do {
        isWoken = false
        await sendDue()
        // oxlint-disable-next-line typescript/no-unnecessary-condition -- woken while it sent
      } while (isWoken)
    } catch (error) {
      // The store doesn't answer, or takes no writes; what waits there stays there.
      hasFailed = true
      onFailure(error, false)
    } finally {
      running = undefined
      await lookAgain(hasFailed)
    }
  }

  async function sendDue(): Promise<void> {
    for (;;) {
      if (underWay.size >= AT_ONCE || isStopped) return
      const mail = await claimMail(store, now(), LEASE_MS)
      if (!mail) return
      const sending = deliver(mail).finally(() => {
        underWay.delete(sending)
        wake()
      })
      underWay.add(sending)
    }
  }

  async function deliver(mail: ClaimedMail): Promise<void> {
    try {
      if (mail.givesUpAt <= now()) throw new Error('No process was there to send it in time.')
      const written = writeMail(mailText(JSON.parse(mail.content) as Mail, options.contact))
      await send(mail.recipient, written, nameOf(mail), breaking.signal)
      await deleteMail(store, mail)
    } catch (error) {
      // A server that stops sends nothing more; another process does once the lease has ended.
      if (breaking.signal.aborted) return
      const next = now() + (pauses[mail.attempts - 1] ?? pauses.at(-1) ?? MINUTE)
      const isLast = next >= mail.givesUpAt
      onFailure(error, isLast)
      const settle = isLast ? deleteMail(store, mail) : postponeMail(store, mail, next)
      await settle.catch((problem: unknown) => onFailure(problem, false))
    }
  }

  /** The same for each attempt, so that mail programs show what was sent twice as one. */
  function nameOf({ id }: ClaimedMail): string {
    return createHmac('sha256', store.secret).update(`mail ${id}`).digest('hex').slice(0, 32)
  }

  async function lookAgain(hasFailed: boolean): Promise<void> {
    const due = hasFailed ? undefined : await findNextDue(store).catch(() => undefined)
    if (isStopped) return
    clearTimeout(timer)
    const wait = due === undefined || underWay.size === AT_ONCE ? LOOK_EVERY_MS : due - now()
    timer = setTimeout(wake, Math.min(Math.max(wait, SHORTEST_WAIT_MS), LOOK_EVERY_MS)).unref()
  }

  function wake(): void {
    if (isStopped) return
    isWoken = true
    running ??= run()
  }

  return {
    async put(trx, recipient, mail) {
      const time = now()
      const content = JSON.stringify(mail)
      await insertMail(trx, { recipient, content, now: time, givesUpAt: givesUpAt(mail, time) })
    },
    wake,
    start: wake,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      // What is being sent gets a moment; what is broken off then is sent later.
      const patience = setTimeout(() => breaking.abort(), STOP_WITHIN_MS)
      await running
      await Promise.allSettled(underWay)
      clearTimeout(patience)
    },
  }
}

import { findWaitingMail } from '../storage/queries/mail/mails.ts'
import type { Store } from '../storage/store.ts'
import type { Check } from './checks.ts'
import type { Figure } from './figures.ts'

const LATE_MS = 15 * 60 * 1000

/** What there is to see of the mail that waits in the store. */
export function mailCondition(
  store: Store,
  now: () => number,
): { readonly checks: readonly Check[]; readonly figures: readonly Figure[] } {
  return {
    checks: [
      {
        name: 'mail',
        async look() {
          const { count, since } = await findWaitingMail(store)
          const late = since === undefined ? 0 : now() - since
          if (late < LATE_MS) return undefined
          const minutes = Math.round(late / 60_000)
          return `${count} mails wait, the oldest for ${minutes} minutes; the log says why. \`neptun-share mail test ADDRESS\` tries the mail server.`
        },
      },
    ],
    figures: [
      {
        name: 'neptun_mails_waiting',
        help: 'Mails that wait to be sent',
        type: 'gauge',
        together: 'max',
        read: async () => [{ value: (await findWaitingMail(store)).count }],
      },
    ],
  }
}

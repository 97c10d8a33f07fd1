import {
  type EventActor,
  type EventKind,
  insertEvent,
  listEvents as listStoredEvents,
  type StoredEvent,
} from '../storage/queries/events.ts'
import type { Queries } from '../storage/store.ts'
import type { Context } from './context.ts'

export type { StoredEvent }
export type Actor = EventActor

const SESSION_NAME_LENGTH = 8

/** The operator, whose commands have no session. */
export const operator: Actor = { session: null, client: 'the operator of the server' }

/** Names a session without giving away its token: by the beginning of the token's digest. @param token the name of a program's */
export function actorWith(tokenHash: string | undefined, client: string | null, token?: string): Actor {
  return { session: tokenHash?.slice(0, SESSION_NAME_LENGTH) ?? null, client, token: token ?? null }
}

/** Writes down for an account's owner what the transaction does. */
export async function record(
  { now }: Pick<Context, 'now'>,
  trx: Queries,
  event: {
    readonly userId: number
    readonly kind: EventKind
    readonly by: Actor
    readonly shareUuid?: string
    readonly detail?: string
  },
): Promise<void> {
  const { by, ...rest } = event
  await insertEvent(trx, { ...rest, ...by, at: now() })
}

/** The account's events, the latest first, and where the next ones begin. */
export async function listEvents(
  context: Context,
  userId: number,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<{ events: StoredEvent[]; next: number | null }> {
  const found = await listStoredEvents(context.store.read, userId, { ...page, limit: page.limit + 1 })
  const events = found.slice(0, page.limit)
  return { events, next: found.length > page.limit ? (events.at(-1)?.id ?? null) : null }
}

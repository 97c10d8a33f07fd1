import { type Actor, actorWith } from '../../actions/events.ts'
import type { Asked } from '../pipeline/endpoint.ts'

/** Who asks, as the account's owner reads it later. */
export function actorOf({
  tokenHash,
  session,
  from,
}: Pick<Asked<unknown, unknown, unknown>, 'tokenHash' | 'session' | 'from'>): Actor {
  return actorWith(tokenHash, from.client, session?.token?.name)
}

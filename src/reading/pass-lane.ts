import type { LanePace } from '../concurrency/fair-lanes.ts'
import { DEVICE_TRIES } from '../sharing/limits.ts'
import { giveTryBack, takeTry } from '../storage/queries/tries.ts'
import type { Origin, ReadingContext } from './context.ts'

/** Whether a try may go on, and how to take it back when it turns out to be right. */
export interface LanePass {
  readonly isPassed: boolean
  giveBack(): Promise<void>
}

/**
 * Waits for a try's turn where wrong ones are slowed down. A browser that got in before goes past the queue, for a few
 * wrong tries at a time; everyone else waits in it, visitors of one IPv6 /48 as one.
 *
 * @param lane.device the browser's name, where it got in before
 */
export async function passLane(
  { store, lanes, now }: Pick<ReadingContext, 'store' | 'lanes' | 'now'>,
  lane: { readonly subject: string; readonly pace: LanePace; readonly device: string | undefined },
  from: Origin,
): Promise<LanePass> {
  if (lane.device !== undefined) {
    const ofDevice = `device ${lane.device} at ${lane.subject}`
    if (await takeTry(store, ofDevice, DEVICE_TRIES, now())) {
      return { isPassed: true, giveBack: () => giveTryBack(store, ofDevice) }
    }
  }
  const isPassed = await lanes.pass(lane.subject, from.networks.at(-1) ?? from.address, lane.pace)
  return { isPassed, giveBack: () => Promise.resolve() }
}

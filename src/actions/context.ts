import type { FairQueue } from '../concurrency/fair-queue.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { ReadingContext } from '../reading/context.ts'
import type { Renderer } from '../rendering/renderer.ts'
import type { Deletions } from './deletions.ts'
import type { Quotas } from './quotas.ts'

export type { Origin, Session } from '../reading/context.ts'

/** What actions work with; put together once, at the start. */
export interface Context extends ReadingContext {
  readonly renderer: Renderer
  readonly importTurns: FairQueue
  readonly copyTurns: FairQueue
  /** of files that are being sent */
  readonly fileTurns: FairQueue
  readonly pictures: Pictures
  readonly deletions: Deletions
  readonly policy: ReadingContext['policy'] & {
    readonly signUp: 'open' | 'closed'
    readonly quotas: Quotas
    /** the server is reached on this machine alone */
    readonly serverIsLoopback: boolean
  }
}

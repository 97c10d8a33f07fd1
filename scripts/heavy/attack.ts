import type { World } from './world.ts'

/** What one account, or a few, or strangers may do to a server. */
export type Attack = {
  readonly name: string
  /** what it did before it was mended, as it was measured then */
  readonly before: string
  /**
   * Makes what it needs.
   *
   * @returns attacks until the signal, and tells what became of it and of those beside it
   */
  readonly prepare: (world: World) => Promise<(signal: AbortSignal) => Promise<string>>
}

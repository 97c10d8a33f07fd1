import type { ImportTurns } from '../concurrency/import-turns.ts'
import type { ReadingContext } from '../reading/context.ts'
import type { Renderer } from '../rendering/renderer.ts'
import type { Deletions } from './deletions.ts'

export type { Origin, Session } from '../reading/context.ts'

/** What actions work with; put together once, at the start. */
export interface Context extends ReadingContext {
  readonly renderer: Renderer
  readonly importTurns: ImportTurns
  readonly copyTurns: ImportTurns
  readonly deletions: Deletions
  readonly policy: ReadingContext['policy'] & { readonly signUp: 'open' | 'closed' }
}

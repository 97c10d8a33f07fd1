import type { Background } from '../concurrency/background.ts'
import type { FairQueue } from '../concurrency/fair-queue.ts'
import type { MailOutbox } from '../mail/mail-outbox.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { ReadingContext } from '../reading/context.ts'
import type { Renderer } from '../rendering/renderer.ts'
import type { SingleSignOn } from './accounts/single-sign-on.ts'
import type { WebhookOutbox } from '../webhooks/webhook-outbox.ts'
import type { Deletions } from './deletions.ts'
import type { KnownRoom } from './known-room.ts'
import type { CopyAll } from './large-copies.ts'
import type { Quotas } from './quotas.ts'
import type { SearchIndex } from './search-index.ts'

export type { Origin, Session } from '../reading/context.ts'

/** What actions work with; put together once, at the start. */
export interface Context extends ReadingContext {
  readonly renderer: Renderer
  /** of accounts, until their quotas */
  readonly knownRoom: KnownRoom
  readonly importTurns: FairQueue
  readonly copyTurns: FairQueue
  readonly scanTurns: FairQueue
  /** of large chats, where it holds up nobody */
  readonly copyAll: CopyAll
  /** of files that are being sent */
  readonly fileTurns: FairQueue
  readonly pictures: Pictures
  readonly deletions: Deletions
  /** undefined where there is no provider */
  readonly signOn: SingleSignOn | undefined
  /** undefined where the server sends no mail */
  readonly outbox: MailOutbox | undefined
  readonly webhooks: WebhookOutbox
  readonly background: Background
  readonly searchIndex: SearchIndex
  readonly policy: ReadingContext['policy'] & {
    /** `oidc`: who signs in at the provider gets an account, and nobody else */
    readonly signUp: 'open' | 'closed' | 'oidc'
    readonly passwordSignIn: boolean
    readonly quotas: Quotas
    /** whether a link that others can open may be made to a chat with secrets in it */
    readonly secrets: 'warn' | 'refuse'
    /** how people reach the operator, where they say */
    readonly operatorContact: string | undefined
    /** the server is reached on this machine alone */
    readonly serverIsLoopback: boolean
  }
}

import type { MailOutbox } from '../mail/mail-outbox.ts'
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'

/** What mails are put into. @throws Refusal where the server sends no mail */
export function getOutbox({ outbox }: Pick<Context, 'outbox'>): MailOutbox {
  if (!outbox) throw new Refusal({ code: 'no-mail' })
  return outbox
}

import { randomUUID } from 'node:crypto'
import { readMailAddress } from '../mail/mail-settings.ts'
import { mailText } from '../mail/mail-texts.ts'
import { createSendMail } from '../mail/send-mail.ts'
import { writeMail } from '../mail/write-mail.ts'
import type { Config } from '../start/config.ts'
import { OperatingError } from './operating-error.ts'

/**
 * Sends a mail at once, by the mail server that SMTP_URL names.
 *
 * @returns what the mail server said to it, in a sentence
 * @throws OperatingError that says why it can't be sent
 */
export async function sendTestMail(config: Config, address: string): Promise<string> {
  const recipient = readMailAddress(address)
  if (!recipient)
    throw new OperatingError(`${address} is not an email address; write it like ada@example.com.`)
  if (!config.mail) throw new OperatingError('This server sends no mail: set SMTP_URL and MAIL_FROM.')
  const origin = config.publicUrl ?? `http://${config.host}:${config.port}`
  const mail = writeMail(mailText({ kind: 'test', origin }, config.operatorContact))
  try {
    await createSendMail(config.mail)(recipient.address, mail, randomUUID(), new AbortController().signal)
  } catch (error) {
    throw new OperatingError(
      `The mail was not sent: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return `The mail server took the mail to ${recipient.address}; look whether it arrives.`
}

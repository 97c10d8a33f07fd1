import type { Transporter } from 'nodemailer'
import type { MailSettings } from './mail-settings.ts'
import type { WrittenMail } from './write-mail.ts'

/** So long the mail server may take for each step, and so long for all of them. */
const STEP_MS = 15_000
const WHOLE_MS = 60_000

/**
 * Hands one mail over to the mail server.
 *
 * @param id tells a mail that is sent once more from another one: mail programs show both as one
 * @throws Error when the server doesn't take it in time
 */
export type SendMail = (
  recipient: string,
  mail: WrittenMail,
  id: string,
  signal: AbortSignal,
) => Promise<void>

/**
 * Speaks to the mail server that the settings name, over a connection of its own for each mail: there are few. It is
 * encrypted, by STARTTLS under `smtp://`, unless the server is this machine or the URL says `?requireTLS=false`.
 */
export function createSendMail({ smtpUrl, isOnThisMachine, from }: MailSettings): SendMail {
  let transport: Promise<Transporter> | undefined

  async function open(): Promise<Transporter> {
    // Loaded only where mail is sent.
    const { createTransport } = await import('nodemailer')
    return createTransport({
      url: smtpUrl,
      requireTLS: !isOnThisMachine,
      // What goes to this machine passes nobody, and the certificates of its mail servers are their own.
      tls: isOnThisMachine ? { rejectUnauthorized: false } : {},
      connectionTimeout: STEP_MS,
      greetingTimeout: STEP_MS,
      socketTimeout: STEP_MS,
      dnsTimeout: STEP_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  return async (recipient, mail, id, signal) => {
    const [, domain = 'localhost'] = from.address.split('@')
    const transporter = await (transport ??= open())
    await transporter.sendMail({
      from,
      to: { name: '', address: recipient },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]),
    })
  }
}

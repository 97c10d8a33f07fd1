import { once } from 'node:events'
import { type ParsedMail, simpleParser } from 'mailparser'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import { until } from './until.ts'

/** A mail as its reader gets it. */
export type ReceivedMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly mail: ParsedMail
}

/** A mail server that keeps what it gets. */
export type MailServer = {
  readonly port: number
  /** What a server is started with to send its mail here. */
  readonly env: { readonly SMTP_URL: string; readonly MAIL_FROM: string }
  readonly received: readonly ReceivedMail[]
  /** Waits for the next mail to an address that nobody has waited for yet. */
  readonly next: (to: string) => Promise<ReceivedMail>
  readonly close: () => Promise<void>
}

const MAIL_FROM = 'Neptun Share <share@server.example>'

/** Starts a mail server. @param options of smtp-server; handlers may refuse, hang or break off */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const taken = new Set<ReceivedMail>()
  async function keep(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error) => void,
  ): Promise<void> {
    try {
      const mail = await simpleParser(stream)
      for (const { address } of session.envelope.rcptTo) received.push(toReceived(address, mail))
      done()
    } catch (error) {
      // Broken off, such as by a test that ends its server.
      done(new Error('The mail is not whole.', { cause: error }))
    }
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onData: (stream, session, done) => void keep(stream, session, done),
    ...options,
  })
  // A client that leaves in the middle is nothing to fail for.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return {
    port: address.port,
    env: { SMTP_URL: `smtp://127.0.0.1:${address.port}`, MAIL_FROM },
    received,
    async next(to) {
      const find = () => received.find((one) => one.to === to && !taken.has(one))
      await until(`a mail to ${to}`, () => find() !== undefined)
      const found = find()
      if (!found) throw new Error('It was there.')
      taken.add(found)
      return found
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The code in a mail; the same in its text and its HTML. */
export function codeIn({ text, html }: ReceivedMail): string {
  const [code, ...more] = text.match(/\b\d{8}\b/g) ?? []
  if (code === undefined || more.length > 0 || !html.includes(code))
    throw new Error(`No one code in: ${text}`)
  return code
}

/** A code of the right form that isn't this one. */
export function anotherThan(code: string): string {
  return code === '00000000' ? '11111111' : '00000000'
}

function toReceived(to: string, mail: ParsedMail): ReceivedMail {
  return { to, subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html || '', mail }
}

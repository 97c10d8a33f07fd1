import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Mail } from '../src/mail/mail.ts'
import { mailText } from '../src/mail/mail-texts.ts'
import { writeMail, type WrittenMail } from '../src/mail/write-mail.ts'
import { escapeHtml } from '../src/rendering/escape-html.ts'

// In development mail goes nowhere: a page shows what was sent, and what every mail looks like.

const MOST_KEPT = 50
const origin = 'https://share.example.com'
const url = `${origin}/shared/chats/3f2c8f0e-5b1d-4c57-9f3e-0a8f5b6f2d11`
const owner = 'ada@example.com'
const samples: readonly Mail[] = [
  { kind: 'reading-code', origin, code: '01234567' },
  { kind: 'sign-in-code', origin, code: '01234567' },
  { kind: 'confirming-code', origin, code: '01234567' },
  { kind: 'invitation', origin, owner, url },
  { kind: 'access-request', origin, reader: 'bo@example.com' },
  { kind: 'access-granted', origin, owner, url },
  { kind: 'first-read', origin, url: `${origin}/chats/7`, reader: 'bo@example.com' },
  { kind: 'address-changed', origin },
  { kind: 'test', origin },
]

/** A mail server for development. */
export interface DevMail {
  /** for the server, to send its mail here */
  readonly env: Readonly<Record<string, string>>
  /** answers `/mails`, and what is under it */
  answer(request: IncomingMessage, response: ServerResponse): void
  close(): void
}

export async function startDevMail(): Promise<DevMail> {
  const received: ParsedMail[] = []
  async function keep(stream: SMTPServerDataStream, done: (error?: Error) => void): Promise<void> {
    try {
      received.unshift(await simpleParser(stream))
      received.length = Math.min(received.length, MOST_KEPT)
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => void keep(stream, done),
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    env: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'Neptun Share <share@localhost>' },
    answer(request, response) {
      const [, , which = '', form = ''] = (request.url ?? '').split(/[/?]/)
      const mail = /^\d+$/.test(which) ? ofReceived(received[Number(which)]) : ofSample(which)
      const body = mail ? (form === 'text' ? mail.text : mail.html) : listPage(received)
      const type = mail && form === 'text' ? 'text/plain' : 'text/html'
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
      response.end(body)
    },
    close: () => server.close(),
  }
}

function ofReceived(mail: ParsedMail | undefined): WrittenMail | undefined {
  return mail && { subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html || '' }
}

function ofSample(kind: string): WrittenMail | undefined {
  const mail = samples.find((one) => one.kind === kind)
  return mail && writeMail(mailText(mail, 'ops@example.com'))
}

function line(path: string, name: string): string {
  return `<li><a href="/mails/${path}">${escapeHtml(name)}</a> (<a href="/mails/${path}/text">as text</a>)</li>`
}

function listPage(received: readonly ParsedMail[]): string {
  const sent = received.map(({ subject = '', to }, index) => {
    const recipient = to === undefined || Array.isArray(to) ? '' : to.text
    return line(String(index), `${recipient}: ${subject}`)
  })
  const all = samples.map((mail) => line(mail.kind, mailText(mail, undefined).subject))
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Mails</title><body style="max-width:40em;margin:2em auto;font:16px/1.6 system-ui">
<h1>Mails</h1><h2>Sent since the start</h2><ul>${sent.join('') || '<li>none yet</li>'}</ul>
<h2>What every mail looks like</h2><ul>${all.join('')}</ul></body></html>`
}

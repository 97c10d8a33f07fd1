import { readMailAddress } from '../mail/mail-settings.ts'
import { mailText } from '../mail/mail-texts.ts'
import { createSendMail } from '../mail/send-mail.ts'
import { writeMail } from '../mail/write-mail.ts'
import { randomUUID } from 'node:crypto'
import { ConfigError, readConfig } from '../start/config.ts'

const USAGE = `Usage: npm run mail -- test ADDRESS

Sends a mail to ADDRESS by the mail server that SMTP_URL names, from MAIL_FROM, and tells what the mail server says to it.
The database isn't touched.
`

/** Runs the operator's command. @returns the code that the process ends with */
export async function runMailCommand(args: readonly string[]): Promise<number> {
  const [name, address = '', ...more] = args
  if (name !== 'test' || address === '' || more.length > 0) {
    process.stderr.write(USAGE)
    return name === '--help' || name === 'help' ? 0 : 2
  }
  const recipient = readMailAddress(address)
  if (!recipient) {
    process.stderr.write(`${address} is not an email address; write it like ada@example.com.\n`)
    return 2
  }
  try {
    const config = readConfig()
    if (!config.mail) throw new ConfigError('This server sends no mail: set SMTP_URL and MAIL_FROM.')
    const origin = config.publicUrl ?? `http://${config.host}:${config.port}`
    const mail = writeMail(mailText({ kind: 'test', origin }, config.operatorContact))
    await createSendMail(config.mail)(recipient.address, mail, randomUUID(), new AbortController().signal)
    process.stdout.write(`The mail server took the mail to ${recipient.address}; look whether it arrives.\n`)
    return 0
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    process.stderr.write(error instanceof ConfigError ? `${said}\n` : `The mail was not sent: ${said}\n`)
    return 1
  }
}

if (import.meta.main) process.exitCode = await runMailCommand(process.argv.slice(2))

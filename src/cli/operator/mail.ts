import { readConfig } from '../../start/config.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { operate } from './operate.ts'

const HELP = `Usage: neptun-share mail test ADDRESS

Sends a mail to ADDRESS by the mail server that SMTP_URL names, from MAIL_FROM, and tells what the mail server
says to it. The database isn't touched.
`

export const mail = command({
  name: 'mail',
  summary: 'try the mail server',
  help: HELP,
  words: ['test'],
  options: {},
  async run({ positionals: [action, address = '', ...more] }, { line }) {
    if (action !== 'test' || address === '' || more.length > 0) throw new Failure('usage', HELP.trimEnd())
    const done = await operate(async () => {
      const { sendTestMail } = await import('../../operating/mail.ts')
      return sendTestMail(readConfig(), address)
    })
    line(done)
    return { json: { done } }
  },
})

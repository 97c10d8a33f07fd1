import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { operate } from './operate.ts'

const HELP = `Usage: neptun-share user ACTION [EMAIL]

  list                   lists all accounts, since when they are there, and whether their email is verified
  add EMAIL              adds an account whose email counts as verified; asks for its password,
                         where the server takes passwords (PASSWORD_SIGN_IN)
  verify EMAIL           marks an account's email as verified, so that whitelists let it in
  reset-password EMAIL   asks for a new password and signs the account out everywhere; its tokens and passkeys end
  delete EMAIL           deletes the account with all its chats and shares

Works on the database that DATABASE_URL names, also while the server runs. Passwords are asked for without
showing them, or read as one line from standard input.
`

export const user = command({
  name: 'user',
  summary: 'list, add, verify or delete accounts',
  help: HELP,
  words: ['list', 'add', 'verify', 'reset-password', 'delete'],
  options: {},
  async run({ positionals }, { line }) {
    const done = await operate(async () => {
      const { operateOnAccount } = await import('../../operating/user.ts')
      return operateOnAccount(positionals)
    })
    if (done === undefined) throw new Failure('usage', HELP.trimEnd())
    line(done)
    return { json: { done } }
  },
})

import {
  addAccount,
  deleteAccountByEmail,
  getAccountByEmail,
  listAccounts,
  type Operation,
  OperatorError,
  resetPassword,
  verifyAccount,
} from '../actions/accounts/operate-accounts.ts'
import { Refusal } from '../actions/refusal.ts'
import { readConfig } from '../start/config.ts'
import { openConfiguredStore } from '../start/open-context.ts'
import { createPasswordHasher } from '../secrets/password-hasher.ts'
import { ask } from '../terminal/ask.ts'
import { printableLine } from '../terminal/printable.ts'
import { OperatingError } from './operating-error.ts'

type Command = (operation: Operation, email: string) => Promise<string>

async function list(operation: Operation): Promise<string> {
  const users = await listAccounts(operation)
  if (users.length === 0) return 'There are no accounts.'
  return users
    .map(({ id, email, isVerified, createdAt }) =>
      [
        `${id}`.padStart(6),
        dateOf(createdAt),
        isVerified ? 'verified    ' : 'not verified',
        printableLine(email),
      ].join('  '),
    )
    .join('\n')
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

const commands: Record<string, Command> = {
  async add(operation, email) {
    // Where no passwords are taken, a code or the sign-on service opens it.
    const password = readConfig().passwordSignIn ? await askPassword() : undefined
    const user = await addAccount(operation, email, password)
    return `Added ${user.email} as user ${user.id}.`
  },
  async verify(operation, email) {
    const { email: address, isVerified, createdAt } = await getAccountByEmail(operation, email)
    if (isVerified) return `${address} is verified already.`
    const warning = `The account of ${address} was made on ${dateOf(createdAt)} by somebody who typed this address and proved
nothing: whoever made the account will read what is shared with it. If you aren't sure that it is theirs, set a
new password as well: neptun-share user reset-password ${address}`
    if (process.stdin.isTTY) {
      process.stderr.write(`${warning}\n`)
      const answer = await ask('Verify it? Type the email to confirm: ')
      if (answer.trim() !== address) throw new OperatorError('Not confirmed; nothing was changed.')
    }
    await verifyAccount(operation, email)
    return process.stdin.isTTY
      ? `${address} counts as verified.`
      : `${address} counts as verified.\n${warning}`
  },
  async 'reset-password'(operation, email) {
    await getAccountByEmail(operation, email)
    const user = await resetPassword(operation, email, await askPassword())
    return `${user.email} has a new password and is signed out everywhere; its tokens and passkeys are gone.`
  },
  async delete(operation, email) {
    const user = await getAccountByEmail(operation, email)
    if (process.stdin.isTTY) {
      const answer = await ask(`Delete ${user.email} with all chats and shares? Type the email to confirm: `)
      if (answer.trim() !== user.email) throw new OperatorError('Not confirmed; nothing was deleted.')
    }
    await deleteAccountByEmail(operation, email)
    return `Deleted ${user.email} with all chats and shares.`
  },
}

async function askPassword(): Promise<string> {
  const password = await ask('New password: ', { hidden: true })
  if (process.stdin.isTTY && (await ask('Once more: ', { hidden: true })) !== password) {
    throw new OperatorError('The two passwords differ; nothing was changed.')
  }
  return password
}

/**
 * Does something to the accounts of the database that DATABASE_URL names.
 *
 * @returns what was done, in a sentence, or the list; undefined where the arguments make no sense
 * @throws OperatingError that says why it can't be done
 */
export async function operateOnAccount(args: readonly string[]): Promise<string | undefined> {
  const [name = '', email, ...more] = args
  const isList = name === 'list' && email === undefined
  const command = isList ? list : Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command || (email === undefined && !isList) || more.length > 0) return undefined
  const store = await openConfiguredStore(readConfig().database)
  try {
    return await command({ store, hasher: createPasswordHasher(), now: Date.now }, email ?? '')
  } catch (error) {
    if (error instanceof OperatorError) throw new OperatingError(error.message)
    if (!(error instanceof Refusal)) throw error
    throw new OperatingError('That is not an email address; write it like ada@example.com.')
  } finally {
    await store.close()
  }
}

import {
  addAccount,
  deleteAccountByEmail,
  getAccountByEmail,
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
import { OperatingError } from './operating-error.ts'

type Command = (operation: Operation, email: string) => Promise<string>

const commands: Record<string, Command> = {
  async add(operation, email) {
    const user = await addAccount(operation, email, await askPassword())
    return `Added ${user.email} as user ${user.id}.`
  },
  async verify(operation, email) {
    const user = await verifyAccount(operation, email)
    return `${user.email} counts as verified.`
  },
  async 'reset-password'(operation, email) {
    await getAccountByEmail(operation, email)
    const user = await resetPassword(operation, email, await askPassword())
    return `${user.email} has a new password and is signed out everywhere.`
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
 * Does something to an account of the database that DATABASE_URL names.
 *
 * @returns what was done, in a sentence; undefined where the arguments make no sense
 * @throws OperatingError that says why it can't be done
 */
export async function operateOnAccount(args: readonly string[]): Promise<string | undefined> {
  const [name = '', email, ...more] = args
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command || email === undefined || more.length > 0) return undefined
  const store = await openConfiguredStore(readConfig().database)
  try {
    return await command({ store, hasher: createPasswordHasher(), now: Date.now }, email)
  } catch (error) {
    if (error instanceof OperatorError) throw new OperatingError(error.message)
    if (!(error instanceof Refusal)) throw error
    throw new OperatingError('That is not an email address; write it like ada@example.com.')
  } finally {
    await store.close()
  }
}

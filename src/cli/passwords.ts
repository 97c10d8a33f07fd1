import { readFileSync } from 'node:fs'
import { ask, openTerminal } from '../terminal/ask.ts'
import { Failure } from './failure.ts'

/** A password from a file: its first line. */
export function readPasswordFile(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(
      'failed',
      `The password file can't be read: ${error instanceof Error ? error.message : file}`,
    )
  }
  const [password = ''] = text.split(/\r?\n/)
  if (password === '')
    throw new Failure('usage', `The first line of ${file} is empty; it should be the password.`)
  return password
}

/**
 * Asks for a password without showing it. Where standard input is no terminal, its next line is the password; where it
 * is taken by something else, the terminal itself is asked.
 */
export async function askPassword(
  question: string,
  options: { isInputTaken?: boolean } = {},
): Promise<string> {
  const password = await askHidden(question, options)
  if (password === '') throw new Failure('usage', 'No password was given; nothing was done.')
  return password
}

/** The same for a password that is to be set: asked for twice on a terminal, as nobody sees a slip of the finger. */
export async function askNewPassword(
  question: string,
  options: { isInputTaken?: boolean } = {},
): Promise<string> {
  const password = await askPassword(question, options)
  const isAsked = process.stdin.isTTY || options.isInputTaken === true
  if (isAsked && (await askHidden('Once more: ', options)) !== password) {
    throw new Failure('usage', 'The two passwords differ; nothing was done.')
  }
  return password
}

async function askHidden(question: string, { isInputTaken = false }): Promise<string> {
  if (!isInputTaken) return ask(question, { hidden: true })
  const terminal = openTerminal()
  if (terminal === undefined) {
    throw new Failure('usage', 'There is no terminal to ask for the password at; use --password-file FILE.')
  }
  try {
    return await ask(question, { hidden: true, input: terminal })
  } finally {
    terminal.destroy()
  }
}

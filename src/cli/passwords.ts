import { readFileSync } from 'node:fs'
import { ask, openTerminal } from '../terminal/ask.ts'
import { Failure } from './failure.ts'
import { systemReason } from './system-reason.ts'

/** A password from a file: its first line, in UTF-8, or in what its byte order mark says. */
export function readPasswordFile(file: string): string {
  let text: string
  try {
    const bytes = readFileSync(file)
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
    text = new TextDecoder(encoding).decode(bytes)
  } catch (error) {
    throw new Failure(
      'failed',
      `The password file ${file} can't be read: ${systemReason(error) ?? 'it failed'}.`,
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
  // Some shells put a byte order mark before what they pipe.
  const password = (await askHidden(question, options)).replace(/^\ufeff/, '')
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
    throw new Failure('usage', 'There is no terminal to ask for the password; use --password-file FILE.')
  }
  try {
    return await ask(question, { hidden: true, input: terminal })
  } finally {
    terminal.destroy()
  }
}

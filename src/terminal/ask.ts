import { openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ReadStream } from 'node:tty'

/**
 * Asks for a line. On a terminal the question is shown, and a hidden answer isn't; otherwise the next line of
 * standard input is the answer, so that programs can answer too.
 *
 * @param options.input where the answer comes from; standard input unless given
 * @returns the answer without its line break; empty when input has ended
 */
export async function ask(
  question: string,
  options: { hidden?: boolean; input?: ReadStream | undefined } = {},
): Promise<string> {
  const { hidden = false, input = process.stdin } = options
  const { isTTY: isTerminal } = input
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input,
    output: hidden || !isTerminal ? silent : process.stderr,
    terminal: isTerminal,
  })
  if (isTerminal) process.stderr.write(question)
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
      lines.once('SIGINT', () => {
        process.stderr.write('\n')
        process.exit(130)
      })
    })
  } finally {
    lines.close()
    if (isTerminal && hidden) process.stderr.write('\n')
  }
}

/** The terminal itself, to ask at while standard input is something else; undefined where there is none. */
export function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch {
    return undefined
  }
}

import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/**
 * Asks for a line. On a terminal the question is shown, and a hidden answer isn't; otherwise the next line of
 * standard input is the answer, so that programs can answer too.
 *
 * @returns the answer without its line break; empty when input has ended
 */
export async function ask(question: string, { hidden = false } = {}): Promise<string> {
  const { isTTY: isTerminal } = process.stdin
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
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

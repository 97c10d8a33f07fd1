import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../../client/api-problem.ts'
import { Failure } from '../failure.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url).href.replace(/\.ts$/, ownEnding()))

/**
 * Runs one of our own commands in a process of its own, whose standard input and output aren't the program's that asks:
 * nothing can be asked of anybody there, and all that a command looks at is looked at.
 *
 * @param input its standard input, such as a password
 * @returns what it wrote as JSON, as text
 * @throws Failure with its sentence when it fails
 */
export async function runOwnCommand(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  // A command that needs no input may end before it has taken it.
  child.stdin.on('error', () => undefined).end(input)
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', reject)
  })
  const [stdout, stderr, ended] = await Promise.all([text(child.stdout), text(child.stderr), code])
  if (ended === 0) return stdout
  const told = stderr.replace(/^neptun-share: /gm, '').trim()
  throw new Failure('failed', told || messageIn(stdout) || 'It failed.')
}

function messageIn(stdout: string): string {
  return JSON.stringify(parseJson(stdout) ?? '')
}

/** Sources run as they are, and what the build made of them is JavaScript. */
function ownEnding(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js'
}

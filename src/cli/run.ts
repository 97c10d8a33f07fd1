import { printable, printableJson } from '../terminal/printable.ts'
import { type Command, hasFlag } from './command.ts'
import { pause, resume, rm, rotate } from './commands/change-share.ts'
import { devices } from './commands/devices.ts'
import { exportChat } from './commands/export.ts'
import { list } from './commands/list.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { push } from './commands/push.ts'
import { serve } from './commands/serve.ts'
import { sessions } from './commands/sessions.ts'
import { show } from './commands/show.ts'
import { tokens } from './commands/tokens.ts'
import { createCompletion } from './commands/completion.ts'
import { version } from './commands/version.ts'
import { backup } from './operator/backup.ts'
import { check } from './operator/check.ts'
import { move } from './operator/move.ts'
import { restore } from './operator/restore.ts'
import { mail } from './operator/mail.ts'
import { user } from './operator/user.ts'
import { EXIT_CODES, Failure } from './failure.ts'
import { styled } from './output.ts'
import { systemReason } from './system-reason.ts'
import { VERSION } from '../version.ts'

export const commands: readonly Command[] = [
  push,
  sessions,
  list,
  show,
  exportChat,
  pause,
  resume,
  rotate,
  rm,
  login,
  logout,
  devices,
  tokens,
  serve,
  user,
  mail,
  backup,
  restore,
  check,
  move,
  version,
  createCompletion(() => commands),
]

/** What is for whoever runs a server. */
const OPERATING = ['serve', 'user', 'mail', 'backup', 'restore', 'check', 'move']

const HELP = `Usage: neptun-share COMMAND [OPTIONS]

Shares chats with an AI: a file goes in, a link comes out, and you decide who may open it.

${listed(commands.filter(({ name }) => !OPERATING.includes(name)))}

On a server's machine
${listed(commands.filter(({ name }) => OPERATING.includes(name)))}

  neptun-share COMMAND --help tells more about a command.

Every command
  --server URL   the server; else NEPTUN_SHARE_SERVER; else http://127.0.0.1:3000
  --json         one JSON value on standard output, for failures too: { "error": { "code", "message", … } }
  -h, --help     --version

A program that has a token signs in by NEPTUN_SHARE_TOKEN, which wins over what login has kept.

Results go to standard output, everything else to standard error. NO_COLOR turns colours off.

Exit codes
    0  done
    1  failed, or some of several chats failed
    2  wrong arguments, or a choice is missing
    3  not signed in
    4  refused by the server, or not found
    5  the server can't be reached, or has a problem
  130  stopped by Ctrl+C
`

function listed(some: readonly Command[]): string {
  return some.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')
}

/** Runs the command line. @returns the exit code */
export async function run(args: readonly string[]): Promise<number> {
  // Whoever reads the result may stop reading: `neptun-share list | head -1`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(
      `neptun-share: The result can't be written: ${systemReason(error) ?? error.message}.\n`,
    )
    process.exit(EXIT_CODES.failed)
  })
  // Where nobody can be told anything, the result may still count.
  process.stderr.on('error', () => undefined)
  try {
    return await runCommand(args)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { code, message, details } = error
    const label = styled('red', 'neptun-share:', process.stderr)
    process.stderr.write(`${label} ${printable(message)}\n`)
    if (hasFlag(args, '--json')) {
      process.stdout.write(`${printableJson({ error: { code, message, ...details } })}\n`)
    }
    return EXIT_CODES[code]
  }
}

async function runCommand(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) {
    process.stderr.write(HELP)
    return EXIT_CODES.usage
  }
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  if (name === 'help' && rest[0] !== undefined) return runCommand([rest[0], '--help'])
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(HELP)
    return 0
  }
  if (name.startsWith('-')) {
    throw new Failure('usage', `Options come after the command: neptun-share COMMAND ${name.split('=')[0]} …`)
  }
  const command = commands.find((known) => known.name === name)
  if (command === undefined) {
    throw new Failure('usage', `There is no command ${JSON.stringify(name)}. See: neptun-share --help`)
  }
  const { json, exitCode = 0 } = await command.run(rest)
  if (hasFlag(rest, '--json') && json !== undefined) process.stdout.write(`${printableJson(json)}\n`)
  return exitCode
}

import { printable, printableJson } from '../terminal/printable.ts'
import { type Command, hasFlag } from './command.ts'
import { nearest } from './nearest.ts'
import { EXIT_CODES, Failure } from './failure.ts'
import { styled } from './output.ts'
import { goThroughProxy } from './server/proxy.ts'
import { systemReason } from './system-reason.ts'
import { VERSION } from '../version.ts'

/** How each command is loaded, in the order of the list: none that isn't run costs time. */
const load: Readonly<Record<string, () => Promise<Command>>> = {
  push: async () => (await import('./commands/push.ts')).push,
  sessions: async () => (await import('./commands/sessions.ts')).sessions,
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  export: async () => (await import('./commands/export.ts')).exportChat,
  pause: async () => (await import('./commands/change-share.ts')).pause,
  resume: async () => (await import('./commands/change-share.ts')).resume,
  rotate: async () => (await import('./commands/change-share.ts')).rotate,
  rm: async () => (await import('./commands/change-share.ts')).rm,
  requests: async () => (await import('./commands/requests.ts')).requests,
  'sign-up': async () => (await import('./commands/sign-up.ts')).signUp,
  login: async () => (await import('./commands/login.ts')).login,
  logout: async () => (await import('./commands/logout.ts')).logout,
  mcp: async () => (await import('./commands/mcp.ts')).mcp,
  devices: async () => (await import('./commands/devices.ts')).devices,
  tokens: async () => (await import('./commands/tokens.ts')).tokens,
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooks,
  serve: async () => (await import('./commands/serve.ts')).serve,
  user: async () => (await import('./operator/user.ts')).user,
  mail: async () => (await import('./operator/mail.ts')).mail,
  backup: async () => (await import('./operator/backup.ts')).backup,
  restore: async () => (await import('./operator/restore.ts')).restore,
  check: async () => (await import('./operator/check.ts')).check,
  move: async () => (await import('./operator/move.ts')).move,
  version: async () => (await import('./commands/version.ts')).version,
  completion: async () => (await import('./commands/completion.ts')).createCompletion(loadCommands),
}

/** What is for whoever runs a server. */
const OPERATING = ['serve', 'user', 'mail', 'backup', 'restore', 'check', 'move']

export async function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(load).map((one) => one()))
}

async function help(): Promise<string> {
  const commands = await loadCommands()
  return `Usage: neptun-share COMMAND [OPTIONS]

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
}

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
    process.stderr.write(await help())
    return EXIT_CODES.usage
  }
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  if (name === 'help' && rest[0] !== undefined) return runCommand([rest[0], '--help'])
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(await help())
    return 0
  }
  if (name.startsWith('-')) {
    throw new Failure('usage', `Options come after the command: neptun-share COMMAND ${name.split('=')[0]} …`)
  }
  const loadCommand = Object.hasOwn(load, name) ? load[name] : undefined
  if (loadCommand === undefined) {
    const meant = nearest(name, Object.keys(load))
    throw new Failure(
      'usage',
      `There is no command ${JSON.stringify(name)}.${meant === undefined ? '' : ` Did you mean ${meant}?`} See: neptun-share --help`,
    )
  }
  if (name !== 'serve') await goThroughProxy()
  const command = await loadCommand()
  const { json, exitCode = 0 } = await command.run(rest)
  if (hasFlag(rest, '--json') && json !== undefined) process.stdout.write(`${printableJson(json)}\n`)
  return exitCode
}

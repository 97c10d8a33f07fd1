import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { Failure } from './failure.ts'
import { nearest } from './nearest.ts'
import { createOutput, type Output } from './output.ts'

/** Options that every command has. */
const common = {
  server: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig

/** What was given to a command. */
export type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: typeof common & Options; strict: true; allowPositionals: true }>
>

/** A command's result; `json` is printed with `--json`. Lines for people were printed by the command already. */
export type Result = { readonly json: unknown; readonly exitCode?: number }

export type Command = {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` shows. */
  readonly help: string
  /** Names of its options, without those that every command has. */
  readonly optionNames: readonly string[]
  /** Arguments that it knows by name, for completion. */
  readonly words: readonly string[]
  readonly run: (args: readonly string[]) => Promise<Result>
}

export function command<const Options extends ParseArgsOptionsConfig>(spec: {
  readonly name: string
  readonly summary: string
  readonly help: string
  readonly options: Options
  readonly words?: readonly string[]
  /** Makes of the arguments what can be parsed. */
  readonly prepare?: (args: readonly string[]) => readonly string[]
  readonly run: (given: Parsed<Options>, output: Output) => Promise<Result>
}): Command {
  const { name, summary, help, options } = spec
  return {
    name,
    summary,
    help,
    optionNames: Object.keys(options),
    words: spec.words ?? [],
    run: async (args) => {
      if (hasFlag(args, '--help') || hasFlag(args, '-h')) {
        process.stdout.write(help)
        return { json: undefined }
      }
      refuseSecrets(args)
      const prepared = spec.prepare?.(args) ?? args
      return spec.run(parse(name, prepared, options), createOutput(hasFlag(args, '--json')))
    },
  }
}

/** Whether a flag is given, also among arguments that make no sense. */
export function hasFlag(args: readonly string[], flag: string): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).includes(flag)
}

/** Arguments can be read in the machine's list of processes, and a shell keeps them in its history. */
function refuseSecrets(args: readonly string[]): void {
  const end = args.indexOf('--')
  const read = end === -1 ? args : args.slice(0, end)
  if (read.some((arg) => arg.startsWith('--password='))) {
    throw new Failure(
      'usage',
      'A password given as an argument can be read by others on this machine and stays in the shell’s history. ' +
        'Use --password alone, which asks for it, or --password-file FILE.',
    )
  }
}

function parse<const Options extends ParseArgsOptionsConfig>(
  name: string,
  args: readonly string[],
  options: Options,
): Parsed<Options> {
  try {
    return parseArgs({
      args: [...args],
      options: { ...common, ...options },
      strict: true,
      allowPositionals: true,
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(reason) ?? []
    const known = Object.keys({ ...common, ...options }).map((option) => `--${option}`)
    const meant = unknown === undefined ? undefined : nearest(unknown, known)
    const guess = meant === undefined ? '' : ` Did you mean ${meant}?`
    throw new Failure('usage', `${reason.split('. ')[0]}.${guess} See: neptun-share ${name} --help`)
  }
}

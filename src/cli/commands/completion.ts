import { type Command, command } from '../command.ts'
import { Failure } from '../failure.ts'

const HELP = `Usage: neptun-share completion bash|zsh|fish

Prints what completes commands and options in a shell. Put one of these into the shell's own file:

  bash   source <(neptun-share completion bash)            ~/.bashrc
  zsh    source <(neptun-share completion zsh)             ~/.zshrc, after compinit
  fish   neptun-share completion fish | source             ~/.config/fish/config.fish
`

const COMMON = ['--server', '--json', '--help']

const SCRIPTS: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish }

/** @param listCommands those that are completed */
export function createCompletion(listCommands: () => Promise<readonly Command[]>): Command {
  return command({
    name: 'completion',
    summary: 'complete commands in a shell',
    help: HELP,
    words: Object.keys(SCRIPTS),
    options: {},
    async run({ positionals: [shell = '', ...more] }, { line }) {
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
      if (!script || more.length > 0) {
        throw new Failure('usage', 'Name a shell: bash, zsh or fish. See: neptun-share completion --help')
      }
      line(script(await listCommands()).trimEnd())
      return { json: undefined }
    },
  })
}

function wordsOf({ optionNames, words }: Command): string {
  return [...words, ...optionNames.map((name) => `--${name}`), ...COMMON].join(' ')
}

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name}) words='${wordsOf(command)}' ;;`)
  return `_neptun_share() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _neptun_share neptun-share
`
}

function zsh(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`)
  const cases = commands.map((command) => `    ${command.name}) compadd -- ${wordsOf(command)} ;;`)
  return `#compdef neptun-share
_neptun_share() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  _files
}
compdef _neptun_share neptun-share
`
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, optionNames, words }) => {
    const inCommand = `complete -c neptun-share -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c neptun-share -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
      ...words.map((word) => `${inCommand} -a ${word}`),
      ...[...optionNames, ...COMMON.map((option) => option.slice(2))].map(
        (option) => `${inCommand} -l ${option}`,
      ),
    ]
  })
  return `${lines.join('\n')}\n`
}

/** As it stands within single quotes. */
function quoted(text: string): string {
  return text.replaceAll("'", '’')
}

import { writeFileSync } from 'node:fs'
import type { ExportFormat } from '../../client/types.ts'
import { printable } from '../../terminal/printable.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { readChat } from '../server/read-chat.ts'
import { systemReason } from '../system-reason.ts'
import { readTarget } from '../target.ts'

const HELP = `Usage: neptun-share export CHAT|URL [--format FORMAT] [-o FILE]

Writes a chat of your own, named by its id or name, or a shared one, named by its URL or UUID. A shared one is read as
show does it: its password is asked for, and it counts as a view.

  --format FORMAT       markdown, unless you ask for another
                        json: comes back through push without loss
                        openai: a body for Chat Completions, to go on with the conversation
                        html: a single file that looks like the page and needs no network
                        zip: Markdown with the chat's pictures and files beside it; needs -o
  -o, --output FILE     write to this file instead of standard output
  --password-file FILE  take the link's password from the first line of a file
  --server URL          the server to ask, if not the one in the URL
  --json                answer as JSON: { "format", "content" }, or { "format", "file", "bytes" } with -o
`

const FORMATS: readonly ExportFormat[] = ['markdown', 'json', 'openai', 'html', 'zip']

export const exportChat = command({
  name: 'export',
  summary: 'write a chat as Markdown, JSON, HTML or an archive',
  help: HELP,
  options: {
    format: { type: 'string', default: 'markdown' },
    output: { type: 'string', short: 'o' },
    'password-file': { type: 'string' },
  },
  async run({ values, positionals }, output) {
    const [text, ...more] = positionals
    if (text === undefined || more.length > 0) {
      throw new Failure('usage', 'export takes one chat or link. See: neptun-share export --help')
    }
    const format = FORMATS.find((known) => known === values.format)
    if (format === undefined) throw new Failure('usage', `--format takes ${FORMATS.join(', ')}.`)
    const file = values.output
    if (format === 'zip' && file === undefined)
      throw new Failure('usage', 'An archive is written to a file: add -o NAME.zip.')
    const content = await readChat(readTarget(text), format, {
      server: values.server,
      passwordFile: values['password-file'],
    })
    if (file !== undefined) {
      writeExport(file, content)
      output.note(`Wrote ${file}.`)
      return { json: { format, file, bytes: Buffer.byteLength(content) } }
    }
    if (typeof content !== 'string')
      throw new Failure('failed', 'The server answered something else than text.')
    if (!output.isJson) process.stdout.write(process.stdout.isTTY ? printable(content) : content)
    return { json: { format, content } }
  },
})

function writeExport(file: string, content: string | Buffer): void {
  try {
    writeFileSync(file, content)
  } catch (error) {
    throw new Failure('failed', `${file} can't be written: ${systemReason(error) ?? 'it failed'}.`)
  }
}

import stringWidth from 'string-width'
import { printableLine } from '../../terminal/printable.ts'
import { shorten, table } from '../../terminal/table.ts'
import { asOwner } from '../server/api.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { styled } from '../output.ts'
import { listOwnChats, type OwnChat } from '../server/own-chats.ts'
import { chooseServer } from '../server/server-address.ts'
import { findSession } from '../server/session-file.ts'
import { readersOf, stateOf, viewsOf } from '../share-words.ts'

const HELP = `Usage: neptun-share list

Your chats, the one changed last first, with who can open their links. On a terminal a table; elsewhere a chat per
line, its fields separated by tabs: id, name, readers, state, views, expiry, link.

  --server URL  the server to ask
  --json        answer as JSON: { "chats": [{ …, "share": { …, "state" } or null }] }
`

const HEADINGS = ['ID', 'NAME', 'FOR', 'STATE', 'VIEWS', 'EXPIRES', 'LINK']
const NAME_COLUMNS = 36
const LEAST_NAME_COLUMNS = 12

export const list = command({
  name: 'list',
  summary: 'my chats and their links',
  help: HELP,
  options: {},
  async run({ values, positionals }, output) {
    if (positionals.length > 0) throw new Failure('usage', 'list takes no arguments.')
    const server = chooseServer(values.server)
    const chats = await listOwnChats(asOwner(server, findSession(server)))
    if (process.stdout.isTTY) {
      if (chats.length === 0) output.note('You have no chats yet. Bring one with: neptun-share push FILE')
      else {
        const [head, ...lines] = tableFor(
          process.stdout.columns,
          chats.map((own) => fieldsOf(own, localTime)),
        )
        output.line(styled('bold', head ?? ''))
        for (const line of lines) output.line(line)
      }
    } else for (const own of chats) output.line(fieldsOf(own, (time) => time).join('\t'))
    return {
      json: {
        chats: chats.map(({ chat, share }) => ({
          ...chat,
          share: share ?? null,
        })),
      },
    }
  },
})

/**
 * Links are never shortened: where there is no room for one in its row, it gets a line below. Where there is little room
 * at all, names give way, then what is wrong with a link least often.
 */
function tableFor(columns: number, all: readonly (readonly string[])[]): string[] {
  const rows = withNamesOf(NAME_COLUMNS, all)
  const whole = table(HEADINGS, rows)
  // Links are the last column, and of one length.
  if (whole.every((line) => line.length <= columns)) return whole
  const links = rows.map((row) => row.at(-1))
  const [head = '', ...lines] = narrowTable(columns, all)
  return [
    head,
    ...lines.flatMap((line, index) => (links[index] === '-' ? [line] : [line, `  ${links[index]}`])),
  ]
}

/** Without links, as many columns as there is room for. */
function narrowTable(columns: number, all: readonly (readonly string[])[]): string[] {
  let lines: string[] = []
  for (let shown = HEADINGS.length - 1; shown >= 2; shown--) {
    for (const nameColumns of [NAME_COLUMNS, LEAST_NAME_COLUMNS]) {
      const rows = withNamesOf(nameColumns, all).map((row) => row.slice(0, shown))
      lines = table(HEADINGS.slice(0, shown), rows)
      if (lines.every((line) => stringWidth(line) <= columns)) return lines
    }
  }
  return lines
}

function withNamesOf(columns: number, rows: readonly (readonly string[])[]): string[][] {
  return rows.map(([id = '', name = '', ...fields]) => [id, shorten(name, columns), ...fields])
}

function fieldsOf({ chat, share }: OwnChat, timeAs: (time: string) => string): string[] {
  const fields =
    share === undefined
      ? ['-', 'not shared', '-', '-', '-']
      : [
          readersOf(share),
          stateOf(share),
          viewsOf(share),
          share.expires_at === null ? '-' : timeAs(share.expires_at),
          share.url,
        ]
  return [String(chat.id), printableLine(chat.name), ...fields.map(printableLine)]
}

/** As a clock here shows it, to the minute: 2030-01-31 23:59. */
function localTime(time: string): string {
  return new Date(time).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

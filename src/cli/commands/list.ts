import stringWidth from 'string-width'
import type { Chat, Share } from '../../client/types.ts'
import { printableLine } from '../../terminal/printable.ts'
import { shorten, table } from '../../terminal/table.ts'
import { asOwner } from '../server/api.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { localTime, styled } from '../output.ts'
import { listOwnChats, type OwnChat } from '../server/own-chats.ts'
import { chooseServer } from '../server/server-address.ts'
import { findSession } from '../server/find-session.ts'
import { readersOf, stateOf, viewsOf } from '../share-words.ts'

const HELP = `Usage: neptun-share list

Your chats, the one changed last first, with who can open their links; one with several links has a line for each, its
label in brackets. On a terminal a table; elsewhere fields separated by tabs: id, name, readers, state, views,
expiry, link.

  --server URL  the server to ask
  --json        answer as JSON: { "chats": [{ …, "share": { …, "state" } or null, "shares": […] }] }
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
    const chats = await listOwnChats(asOwner(server, await findSession(server, values.server)))
    if (process.stdout.isTTY) {
      if (chats.length === 0) output.note('You have no chats yet. Bring one with: neptun-share push FILE')
      else {
        const [head, ...lines] = tableFor(process.stdout.columns, rowsOf(chats, localTime))
        output.line(styled('bold', head ?? ''))
        for (const line of lines) output.line(line)
      }
    } else for (const row of rowsOf(chats, (time) => time)) output.line(row.join('\t'))
    return {
      json: {
        chats: chats.map(({ chat, shares }) => ({ ...chat, share: shares[0] ?? null, shares })),
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

/** A row for each link; a chat without one has a row too. */
function rowsOf(chats: readonly OwnChat[], timeAs: (time: string) => string): string[][] {
  return chats.flatMap(({ chat, shares }) =>
    (shares.length === 0 ? [undefined] : shares).map((share) => fieldsOf(chat, share, timeAs)),
  )
}

function fieldsOf(chat: Chat, share: Share | undefined, timeAs: (time: string) => string): string[] {
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
  const name = share?.label ? `${chat.name} (${share.label})` : chat.name
  return [String(chat.id), printableLine(name), ...fields.map(printableLine)]
}

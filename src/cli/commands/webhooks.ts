import type { NewWebhook } from '../../client/types.ts'
import { printableLine } from '../../terminal/printable.ts'
import { table } from '../../terminal/table.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { localTime, type Output, styled } from '../output.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { findSession } from '../server/find-session.ts'
import { chooseServer } from '../server/server-address.ts'

const EVENTS = ['share.created', 'share.viewed'] as const

const HELP = `Usage: neptun-share webhooks
       neptun-share webhooks --new URL [--events share.created,share.viewed]
       neptun-share webhooks --test ID
       neptun-share webhooks --remove ID

Programs of yours that are told when your links are made and read. On a terminal a table; elsewhere a webhook per line,
its fields separated by tabs: id, address, events, last attempt, what came of it, messages waiting.

  --new URL       tell the program at this address, and print the secret that messages are signed with: it isn't shown
                  again. See https://www.standardwebhooks.com for how to check it
  --events LIST   tell it of these alone, comma-separated: share.created, share.viewed
  --test ID       send it a message of the type webhook.test
  --remove ID     tell it nothing more
  --server URL    the server to ask
  --json          answer as JSON

Messages hold ids and how often, never a text, a name, or who read.
`

export const webhooks = command({
  name: 'webhooks',
  summary: 'programs that are told of links',
  help: HELP,
  options: {
    new: { type: 'string' },
    events: { type: 'string' },
    test: { type: 'string' },
    remove: { type: 'string' },
  },
  async run({ values, positionals }, output) {
    if (positionals.length > 0)
      throw new Failure('usage', 'webhooks takes no arguments. See: neptun-share webhooks --help')
    const { new: url, test, remove } = values
    if ([url, test, remove].filter((one) => one !== undefined).length > 1)
      throw new Failure('usage', 'Give one of --new, --test and --remove.')
    if (values.events !== undefined && url === undefined)
      throw new Failure('usage', '--events says what a new webhook is told; name it with --new.')
    const id = test ?? remove
    if (id !== undefined && !/^[1-9]\d*$/.test(id))
      throw new Failure('usage', 'A webhook is named by its id, as neptun-share webhooks lists it.')
    const events = readEvents(values.events)
    const server = chooseServer(values.server)
    const api = asOwner(server, await findSession(server, values.server))
    if (test !== undefined) {
      await api.testWebhook(Number(test))
      output.note('A message is on its way. neptun-share webhooks tells what came of it.')
      return { json: { tested: Number(test) } }
    }
    if (remove !== undefined) {
      await api.removeWebhook(Number(remove))
      output.note('Removed.')
      return { json: { removed: Number(remove) } }
    }
    if (url === undefined) return { json: await list(api, output) }
    const webhook = await api.createWebhook({ url, events })
    output.note('Messages are signed with this secret; it isn’t shown again.')
    output.line(webhook.secret)
    return { json: { webhook } }
  },
})

function readEvents(text: string | undefined): NewWebhook['events'] {
  if (text === undefined) return [...EVENTS]
  return text.split(',').map((name) => {
    const event = EVENTS.find((known) => known === name.trim())
    if (event === undefined) throw new Failure('usage', `--events takes ${EVENTS.join(' and ')}.`)
    return event
  })
}

async function list(api: OwnerApi, output: Output): Promise<unknown> {
  const present = await api.webhooks()
  const isTerminal = process.stdout.isTTY
  const rows = present.map(({ id, url, events, last_attempt: last, waiting }) => [
    String(id),
    printableLine(url),
    events.join(),
    last === null ? '-' : isTerminal ? localTime(last.at) : last.at,
    last === null ? '-' : printableLine(last.outcome),
    String(waiting),
  ])
  if (isTerminal && rows.length === 0)
    output.note('You have no webhooks. Add one with: neptun-share webhooks --new URL')
  else if (isTerminal) {
    const [head = '', ...lines] = table(['ID', 'ADDRESS', 'TOLD OF', 'LAST', 'OUTCOME', 'WAITING'], rows)
    output.line(styled('bold', head))
    for (const line of lines) output.line(line)
  } else for (const row of rows) output.line(row.join('\t'))
  return { webhooks: present }
}

import { createReadStream, realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { normaliseEmail } from '../../accounts/email.ts'
import { importChats } from '../../importing/import-chats.ts'
import { type FailedConversation, ImportError, type LeftOut } from '../../importing/imported-chat.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import { printableLine } from '../../terminal/printable.ts'
import { createProgress } from '../../terminal/progress.ts'
import { SharesAnswer } from '../../contract/shares.ts'
import { asOwner } from '../api.ts'
import { type Parsed, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { type Agent, readAgent, sessionFiles } from '../latest-session.ts'
import type { Output } from '../output.ts'
import type { Chat, Share } from '../own-chats.ts'
import { askNewPassword, readPasswordFile } from '../passwords.ts'
import { pickChats, type PickedChat, type Source, type Told, type Wanted } from '../pick-chats.ts'
import { openPushedChats } from '../pushed-chats.ts'
import { readExpiry } from '../read-expiry.ts'
import { chooseServer } from '../server-address.ts'
import { findSession } from '../session-file.ts'
import { type Access, shareChat } from '../share-chat.ts'
import { readersOf, stateOf } from '../share-words.ts'
import { type Change, uploadChat } from '../upload-chat.ts'

const HELP = `Usage: neptun-share push FILE…            push -            push --latest claude-code|codex

Brings a chat to the server and prints its link, alone on standard output. FILE is what ChatGPT, Claude, Open WebUI,
LibreChat, Google AI Studio, Claude Code or Codex keep or export (.zip too), messages of an API, or Markdown; - is
standard input. Pushing the same chat again updates it under the same link.

Who can read it (only you, unless you ask for more)
  --public              anyone with the link
  --password            those who know a password; you are asked for it
  --password-file FILE  the same, with the password from the first line of a file
  --email ADDRESS       these accounts and no others; again or comma-separated for several
                        Password and emails together: both are needed. Pushing again keeps what was set before.

How long
  --expires WHEN        12h, 7d, 2w, a day (2030-01-31, its last) or a moment (2030-01-31T12:00Z)
  --max-views N         until it was opened N times
  --snapshot            show the chat as it is now, not what is added later; again: update what is shown

Which chat
  --latest AGENT        the newest session of claude-code or codex on this machine
  --chat NAME|NUMBER    of a file with several; again for more of them
  --all                 all chats of the files
  --name NAME           what to call it
  --tools               with calls and results of tools, as short blocks
  --force               also if the chat was edited on the server since it was pushed, which this undoes

  --server URL          the server to push to
  --json                answer as JSON: { "pushed": [{ "url", "change", "chat", "share", "left_out" }], "failed": [] }
`

const MAX_NAME = 200
const MAX_PASSWORD = 256
/** How many of the newest sessions may be empty before the search is given up. */
const SESSIONS_TO_TRY = 20

const options = {
  latest: { type: 'string' },
  chat: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  name: { type: 'string' },
  tools: { type: 'boolean' },
  force: { type: 'boolean' },
  public: { type: 'boolean' },
  password: { type: 'boolean' },
  'password-file': { type: 'string' },
  email: { type: 'string', multiple: true },
  expires: { type: 'string' },
  'max-views': { type: 'string' },
  snapshot: { type: 'boolean' },
} as const

type Values = Parsed<typeof options>['values']

/** One chat that is on the server now, for `--json`. */
type Pushed = { url: string; change: Change; chat: Chat; share: Share; left_out: LeftOut }

export const push = command({
  name: 'push',
  summary: 'bring a chat to the server and print its link',
  help: HELP,
  options,
  async run({ values, positionals }, output) {
    checkCombination(values, positionals)
    const wanted: Wanted = values.all === true ? 'all' : (values.chat ?? 'only')
    const server = chooseServer(values.server)
    const api = asOwner(server, findSession(server))
    const sources =
      values.latest === undefined
        ? positionals.map((file) => sourceOf(file, values))
        : [await latestSource(readAgent(values.latest), values, output)]
    const access = await readAccess(values, positionals.includes('-'))

    const progress = createProgress()
    const failed: FailedConversation[] = []
    const told = tell(output, failed, progress)
    const pushedBefore = openPushedChats(api.session)
    const { shares } = await api.call('GET', api.path('/shares'), SharesAnswer)
    const shareOf = new Map(shares.map((share) => [share.chat_conversation_id, share]))
    const pushed: Pushed[] = []

    const pushOne = async ({ chat: imported, source }: PickedChat): Promise<void> => {
      const upload = {
        api,
        pushed: pushedBefore,
        isForced: values.force === true,
        progress: (done: number, total: number) =>
          progress.update(`Sending ${printableLine(imported.name)}`, done, total),
      }
      const { chat, change } = await uploadChat(upload, imported, source.file, values.name)
      const existing = shareOf.get(chat.id)
      const share = await shareChat(api, chat, existing, access)
      shareOf.set(chat.id, share)
      pushed.push({ url: share.url, change, chat, share, left_out: imported.leftOut })
      progress.clear()
      output.note(`${printableLine(chat.name)}: ${CHANGE_WORDS[change]}, ${whoReads(share)}.`)
      const leftOut = leftOutSentence(imported.leftOut)
      if (leftOut !== undefined && change !== 'same') output.note(`  ${leftOut}.`)
      if (existing?.snapshot_at && !access.isSnapshot && change !== 'same') {
        output.note('  The link shows the chat as it was; --snapshot updates what it shows.')
      }
      output.line(printableLine(share.url))
    }

    try {
      for await (const picked of pickChats(sources, wanted, told)) {
        try {
          await pushOne(picked)
        } catch (error) {
          if (!(error instanceof Failure) || wanted !== 'all' || error.code !== 'refused') throw error
          told.failed({ title: picked.chat.name, reason: error.message })
        }
      }
    } finally {
      progress.clear()
    }
    if (wanted === 'all' && pushed.length === 0 && failed.length > 0) {
      output.note('No chat was pushed.')
    }
    return { json: { pushed, failed }, exitCode: failed.length > 0 ? 1 : 0 }
  },
})

const CHANGE_WORDS: Readonly<Record<Change, string>> = {
  new: 'pushed',
  same: 'nothing new',
  grown: 'updated',
  replaced: 'replaced',
}

function whoReads(share: Share): string {
  const state = stateOf(share, Date.now())
  if (state !== 'active') return `but its link is ${state}`
  if (share.has_password || share.whitelist_count > 0) return `for readers with ${readersOf(share)}`
  if (!share.is_protected) return 'for anyone with the link'
  return 'for you alone (--public, --password or --email lets others in)'
}

/** What can be wrong with the arguments is said before anything is asked or done. */
function checkCombination(values: Values, positionals: readonly string[]): void {
  const problem = problemWith(values, positionals)
  if (problem !== undefined) throw new Failure('usage', `${problem} See: neptun-share push --help`)
}

function problemWith(values: Values, positionals: readonly string[]): string | undefined {
  const { name } = values
  const hasPassword = values.password === true || values['password-file'] !== undefined
  if (values.latest !== undefined && positionals.length > 0) return 'Push either a FILE or --latest.'
  if (values.latest === undefined && positionals.length === 0)
    return 'What is to be pushed? Name a FILE, or --latest.'
  if (positionals.filter((file) => file === '-').length > 1) return 'Standard input can be pushed once.'
  if (values.password === true && values['password-file'] !== undefined) {
    return '--password and --password-file exclude each other.'
  }
  if (values.public === true && (hasPassword || values.email !== undefined)) {
    return '--public lets anyone in, so it excludes --password and --email.'
  }
  if (values.all === true && values.chat !== undefined) return '--all and --chat exclude each other.'
  if (name !== undefined && (name.trim() === '' || name.length > MAX_NAME)) {
    return `--name takes 1 to ${MAX_NAME} characters.`
  }
  const isSeveral = values.all === true || (values.chat ?? positionals).length > 1
  return name !== undefined && isSeveral ? '--name is for a single chat.' : undefined
}

async function readAccess(values: Values, isInputTaken: boolean): Promise<Access> {
  const maxViews = values['max-views']
  if (maxViews !== undefined && !/^[1-9]\d{0,8}$/.test(maxViews)) {
    throw new Failure('usage', '--max-views takes a whole number from 1 on.')
  }
  const expiresAt = values.expires === undefined ? undefined : readExpiry(values.expires, Date.now())
  const emails = values.email?.flatMap((list) => list.split(',')).filter((one) => one.trim() !== '')
  const wrong = emails?.find((email) => normaliseEmail(email) === undefined)
  if (wrong !== undefined) throw new Failure('usage', `${wrong.trim()} is not an email address.`)
  if (emails?.length === 0) throw new Failure('usage', '--email takes an address.')

  const file = values['password-file']
  const password =
    file !== undefined
      ? readPasswordFile(file)
      : values.password === true
        ? await askNewPassword('Password for the link: ', { isInputTaken })
        : undefined
  if (password !== undefined && (password.trim() === '' || password.length > MAX_PASSWORD)) {
    throw new Failure('usage', `A password has 1 to ${MAX_PASSWORD} characters that aren't all spaces.`)
  }
  return {
    isPublic: values.public === true,
    password,
    emails,
    expiresAt,
    maxViews: maxViews === undefined ? undefined : Number(maxViews),
    isSnapshot: values.snapshot === true,
  }
}

function sourceOf(file: string, values: Values): Source {
  const includeTools = values.tools === true
  if (file === '-') {
    return {
      name: 'standard input',
      file: undefined,
      events: () => importChats(process.stdin, { includeTools }),
    }
  }
  const size = sizeOf(file, values)
  return {
    name: basename(file),
    file: realpathSync(file),
    size,
    events: () => importChats(createReadStream(file), { includeTools, fileName: file }),
  }
}

function sizeOf(file: string, values: Values): number {
  try {
    const stat = statSync(file)
    if (stat.isDirectory()) throw new Failure('failed', `${file} is a folder; name the file in it.`)
    return stat.size
  } catch (error) {
    if (error instanceof Failure) throw error
    const hint = values.password === true ? ' (--password takes no value; it asks)' : ''
    throw new Failure(
      'failed',
      `${file} can't be read: ${error instanceof Error ? error.message : ''}${hint}`,
    )
  }
}

/** The newest session with something in it: an agent that has only been started writes a file as well. */
async function latestSource(agent: Agent, values: Values, output: Output): Promise<Source> {
  for (const file of sessionFiles(agent).slice(0, SESSIONS_TO_TRY)) {
    const source = sourceOf(file, values)
    try {
      for await (const event of source.events()) {
        if (event.kind !== 'chat') continue
        output.note(`Taking ${file}`)
        return source
      }
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
    }
  }
  throw new Failure('not-found', `The newest sessions of ${agent} hold no conversation.`)
}

function tell(
  output: Output,
  failed: FailedConversation[],
  progress: ReturnType<typeof createProgress>,
): Told {
  return {
    failed: (one) => {
      progress.clear()
      failed.push(one)
      output.note(`${printableLine(one.title)} was not pushed: ${one.reason}`)
    },
    leftOut: (source, leftOut) => {
      progress.clear()
      const sentence = leftOutSentence(leftOut)
      if (sentence !== undefined) output.note(`${source.name}: ${sentence}.`)
    },
    progress: (source, bytes) =>
      progress.update(`Reading ${source.name}, ${Math.floor(bytes / 1e6)} MB`, bytes, source.size),
  }
}

import type { FailedConversation, LeftOut } from '../../importing/imported-chat.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import { printableLine } from '../../terminal/printable.ts'
import { createProgress } from '../../terminal/progress.ts'
import { SharesAnswer } from '../../contract/shares.ts'
import { asOwner } from '../api.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { readAgent } from '../latest-session.ts'
import type { Output } from '../output.ts'
import type { Chat, Share } from '../own-chats.ts'
import { pickChats, type PickedChat, type Told, type Wanted } from '../pick-chats.ts'
import { openPushedChats } from '../pushed-chats.ts'
import { checkPushOptions, readAccess } from '../push-options.ts'
import { chooseServer } from '../server-address.ts'
import { findSession } from '../session-file.ts'
import { shareChat } from '../share-chat.ts'
import { latestSource, sourceOf } from '../sources.ts'
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

/** One chat that is on the server now, for `--json`. */
type Pushed = { url: string; change: Change; chat: Chat; share: Share; left_out: LeftOut }

export const push = command({
  name: 'push',
  summary: 'bring a chat to the server and print its link',
  help: HELP,
  options,
  async run({ values, positionals }, output) {
    checkPushOptions(values, positionals)
    const wanted: Wanted = values.all === true ? 'all' : (values.chat ?? 'only')
    const server = chooseServer(values.server)
    const api = asOwner(server, findSession(server))
    const sources =
      values.latest === undefined
        ? positionals.map((file) => sourceOf(file, values))
        : [await latestSource(readAgent(values.latest), values)]
    if (values.latest !== undefined) output.note(`Taking ${sources[0]?.file}`)
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
      progress.interrupt(() => {
        output.note(`${printableLine(chat.name)}: ${CHANGE_WORDS[change]}, ${whoReads(share)}.`)
        const leftOut = leftOutSentence(imported.leftOut)
        if (leftOut !== undefined && change !== 'same') output.note(`  ${leftOut}.`)
        if (existing?.snapshot_at && !access.isSnapshot && change !== 'same') {
          output.note('  The link shows the chat as it was; --snapshot updates what it shows.')
        }
        output.line(printableLine(share.url))
      })
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
      progress.end()
    }
    if (pushed.some(({ change, share }) => change === 'new' && isForOwnerAlone(share))) {
      output.note('Others get in with --public, --password or --email.')
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
  if (share.whitelist_count > 0) return `for ${readersOf(share)}`
  if (share.has_password) return 'for those who know the password'
  return isForOwnerAlone(share) ? 'for you alone' : 'for anyone with the link'
}

function isForOwnerAlone(share: Share): boolean {
  return share.is_protected && !share.has_password && share.whitelist_count === 0
}

function tell(
  output: Output,
  failed: FailedConversation[],
  progress: ReturnType<typeof createProgress>,
): Told {
  return {
    failed: (one) => {
      failed.push(one)
      progress.interrupt(() => output.note(`${printableLine(one.title)} was not pushed: ${one.reason}`))
    },
    leftOut: (source, leftOut) => {
      const sentence = leftOutSentence(leftOut)
      if (sentence !== undefined) progress.interrupt(() => output.note(`${source.name}: ${sentence}.`))
    },
    progress: (source, bytes) =>
      progress.update(`Reading ${source.name}, ${Math.floor(bytes / 1e6)} MB`, bytes, source.size),
  }
}

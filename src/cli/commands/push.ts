import type { Chat, ImportReport, ImportedConversation, Share } from '../../client/types.ts'
import type { FailedConversation, LeftOut } from '../../importing/imported-chat.ts'
import type { SpeakerNames } from '../../importing/text/find-turns.ts'
import { formatList } from '../../importing/format-list.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import { wrapped } from '../../terminal/wrapped.ts'
import { printableLine } from '../../terminal/printable.ts'
import { createProgress, type Progress } from '../../terminal/progress.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { command, type Parsed } from '../command.ts'
import { Failure } from '../failure.ts'
import { findChats, isChat } from '../server/find-chats.ts'
import { agentIdLines, findLatestSession, readAgent } from '../pushing/agent-sessions.ts'
import type { Output } from '../output.ts'
import { packAll, packChosen, type Parcel } from '../pushing/parcel.ts'
import { checkPushOptions, readAccess } from '../pushing/push-options.ts'
import { openPushedFiles, type PushedFiles } from '../pushing/pushed-files.ts'
import { sendFile } from '../server/send-file.ts'
import { chooseServer } from '../server/server-address.ts'
import { findSession } from '../server/find-session.ts'
import { type Access, shareChat } from '../server/share-chat.ts'
import { unsentPictures } from '../pushing/unsent-pictures.ts'
import { refuseUnnamed, withFiles } from '../pushing/with-files.ts'
import { readersOf, stateOf } from '../share-words.ts'
import {
  chosenSecrets,
  decideOnSecrets,
  heldBack,
  redactedSentence,
  type SecretsChoice,
} from '../pushing/secrets-found.ts'
import { rereadable, type Source, sourceOf } from '../pushing/sources.ts'

const HELP = `Usage: neptun-share push FILE…            push -            push --latest [AGENT]

Sends a chat to the server and prints its link, and nothing else, on standard output. - is standard input. Pushing the
same chat again updates it under the same link. FILE, told by its content and also in a .zip, is of
${wrapped(formatList.map(({ from }) => from).join(', '), 117)}.

Who can read it (only you, unless you ask for more)
  --public              anyone with the link
  --password            those who know a password; you are asked for it
  --password-file FILE  the same, with the password from the first line of a file
  --email ADDRESS       these people and no others, or everyone of a domain with @example.com; again or
                        comma-separated for several
  --notify              mails the link to the addresses that are new on the list
                        Password and emails together: both are needed. Pushing again keeps what was set before.

  --label LABEL         another link of the same chat, with rules of its own; again: that link

How long
  --expires WHEN        12h, 7d, 2w, a day (2030-01-31, its last) or a moment (2030-01-31T12:00Z)
  --max-views N         until it was opened N times
  --snapshot            show the chat as it is now, not what is added later; again: update what is shown

Secrets (it is looked for keys, tokens and passwords before anything of it is stored; if there are any, you are asked)
  --redact              with [redacted] in their place
  --allow-secrets       as it is, without looking

Which chat
  --latest [AGENT]      the newest session on this machine, of any agent or of this one:
${agentIdLines(24)}
                        (neptun-share sessions lists them)
  --chat NAME|NUMBER    of a file with several; again for more of them
  --all                 all chats of the files
  --name NAME           what to call it
  --file FILE           a picture or file that the chat names, such as ![a chart](chart.png); again for more
  --no-tools            without tool calls, their results and thoughts; agents' sessions include them by default
  --tools               with them, also from chats of apps
    --user NAME           the name of the person in the file, where the file doesn't say who is who
    --assistant NAME      the name of the model in the file
  --force               also if the chat was edited on the server since it was pushed; undoes that edit

  --server URL          the server to push to
  --json                answer as JSON: { "pushed": [{ "url", "change", "chat", "share", "left_out" }], "failed": [] };
                        change is new, updated or unchanged
`

const options = {
  latest: { type: 'string' },
  chat: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  name: { type: 'string' },
  file: { type: 'string', multiple: true },
  tools: { type: 'boolean' },
  'no-tools': { type: 'boolean' },
  user: { type: 'string' },
  assistant: { type: 'string' },
  force: { type: 'boolean' },
  public: { type: 'boolean' },
  password: { type: 'boolean' },
  'password-file': { type: 'string' },
  email: { type: 'string', multiple: true },
  notify: { type: 'boolean' },
  expires: { type: 'string' },
  'max-views': { type: 'string' },
  snapshot: { type: 'boolean' },
  redact: { type: 'boolean' },
  'allow-secrets': { type: 'boolean' },
  label: { type: 'string' },
} as const

/** What `--latest` without an agent stands for. */
const ANY = 'any'

/** Options that take a value must have one; `--latest` alone means any agent's. */
function withAnyLatest(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((arg, index) => {
    const next = args[index + 1]
    const isAlone = arg === '--latest' && (next === undefined || next.startsWith('-'))
    return isAlone && (end === -1 || index < end) ? `--latest=${ANY}` : arg
  })
}

/** Whether tools are to come in; undefined leaves it to the format. */
function includeTools(values: { tools?: boolean; 'no-tools'?: boolean }): boolean | undefined {
  if (values['no-tools'] === true) return false
  return values.tools === true ? true : undefined
}

type Outcome = ImportedConversation['outcome']

/** One chat that is on the server now, for `--json`. */
type Pushed = { url: string; change: Outcome; chat: Chat; share: Share; left_out: LeftOut }

/** A push under way. */
type Push = {
  readonly api: OwnerApi
  readonly values: Parsed<typeof options>['values']
  readonly access: Access
  /** standard input is one of the files */
  readonly isInputTaken: boolean
  readonly memory: PushedFiles
  readonly output: Output
  readonly progress: Progress
  readonly pushed: Pushed[]
  readonly failed: FailedConversation[]
}

export const push = command({
  name: 'push',
  summary: 'send a chat to the server and print its link',
  help: HELP,
  options,
  prepare: withAnyLatest,
  async run({ values, positionals }, output) {
    checkPushOptions(values, positionals)
    const server = chooseServer(values.server)
    const api = asOwner(server, await findSession(server, values.server))
    const hint = values.password === true ? ' (--password takes no value; you are asked for it)' : ''
    const sources = positionals.map((file) => sourceOf(file, hint))
    const agent = values.latest === undefined || values.latest === ANY ? undefined : readAgent(values.latest)
    // A session that has ended is noticed before a password is typed and a long file is read.
    await api.client.send('HEAD', '/api/auth/check')
    const latest =
      values.latest === undefined ? undefined : await findLatestSession(agent, includeTools(values))
    if (latest !== undefined) output.note(`Taking ${printableLine(latest.source.file ?? '')}`)

    const isInputTaken = positionals.includes('-')
    const push: Push = {
      api,
      values,
      access: await readAccess(values, isInputTaken),
      isInputTaken,
      memory: openPushedFiles(api.session),
      output,
      progress: createProgress(),
      pushed: [],
      failed: [],
    }
    try {
      const parcels =
        latest === undefined
          ? await pack(push, sources)
          : await packChosen(api, push.memory, [latest], values.chat)
      const isSingle = parcels.length === 1 && parcels[0]?.chosen?.length === 1
      for (const parcel of parcels) await shareAll(push, parcel, await send(push, parcel), isSingle)
    } finally {
      push.progress.end()
    }
    const { pushed, failed } = push
    if (pushed.some(({ change, share }) => change === 'new' && isForOwnerAlone(share))) {
      output.note('Let others read it with --public, --password or --email.')
    }
    return { json: { pushed, failed }, exitCode: failed.length > 0 ? 1 : 0 }
  },
})

async function pack(push: Push, sources: readonly Source[]): Promise<Parcel[]> {
  const { api, values, memory, progress, output } = push
  if (values.all === true) return packAll(sources)
  const files = []
  for (const given of sources) {
    const source = await withFiles(await rereadable(given), values.file ?? [])
    const contents = await findChats(
      source,
      { includeTools: includeTools(values), speakers: speakersOf(values) },
      (bytes) =>
        progress.update(`Reading ${printableLine(source.name)}, ${inMegabytes(bytes)}`, bytes, source.size),
    )
    if (values.file !== undefined) refuseUnnamed(contents.leftOut, source)
    const unsent = await unsentPictures(given, values.file ?? [])
    if (unsent !== undefined) progress.interrupt(() => output.note(unsent))
    files.push(contents)
  }
  const parcels = await packChosen(api, memory, files, values.chat)
  // With --chat, nothing is said of conversations that weren't named.
  const others = values.chat === undefined ? files.flatMap(({ found }) => found) : []
  for (const one of others) if (!isChat(one)) fail(push, one)
  return parcels
}

async function send(push: Push, parcel: Parcel): Promise<ImportReport> {
  const { api, values, output, progress } = push
  const { source, chosen, leftOut } = parcel
  const only = chosen?.map(({ sourceKey }) => sourceKey)
  const sent = await sendChats(push, parcel, only, chosenSecrets(values))
  const rest = leftOutSentence(chosen === undefined ? leftOutBesides(sent) : leftOut)
  if (rest !== undefined) progress.interrupt(() => output.note(`${printableLine(source.name)}: ${rest}.`))
  if (chosen !== undefined && sent.failed.length > 0) throw readOtherwise(api, source)
  for (const { title, reason } of sent.failed) fail(push, { title, reason })
  return decideOnSecrets(sent, {
    output,
    isInputTaken: push.isInputTaken,
    sendAgain: (keys, choice) => sendChats(push, parcel, keys, choice),
  })
}

function sendChats(
  { api, values, progress }: Push,
  { source, chosen, before }: Parcel,
  only: readonly string[] | undefined,
  secrets: SecretsChoice,
): Promise<ImportReport> {
  const name = printableLine((chosen?.length === 1 && chosen[0]?.name) || source.name)
  const tools = includeTools(values)
  return sendFile(api, {
    source,
    wishes: {
      only,
      secrets,
      mode: values.force === true ? 'overwrite' : 'mirror',
      include_tools: tools === undefined ? undefined : tools ? 'true' : 'false',
      user_name: values.user,
      assistant_name: values.assistant,
      chat_id: before?.chatId,
    },
    progress: (bytes) => progress.update(`Sending ${name}, ${inMegabytes(bytes)}`, bytes, source.size),
  })
}

/** What the files call the two, as far as it was said. */
function speakersOf({ user, assistant }: Push['values']): SpeakerNames | undefined {
  return user === undefined && assistant === undefined ? undefined : { user, assistant }
}

/** @param isSingle nothing else is pushed, so that a refusal is that of the push */
async function shareAll(push: Push, parcel: Parcel, sent: ImportReport, isSingle: boolean): Promise<void> {
  const { api, progress } = push
  const { shares } = await api.linksPage({})
  const label = push.access.label ?? null
  const shareOf = new Map(
    shares.filter((share) => share.label === label).map((share) => [share.chat_conversation_id, share]),
  )
  const done = new Set<number | null>()
  for (const [index, conversation] of sent.conversations.entries()) {
    // An archive may hold a conversation twice; one that isn't stored has no id.
    if (conversation.chat_id !== null && done.has(conversation.chat_id)) continue
    done.add(conversation.chat_id)
    progress.update('Making links', index, sent.conversations.length)
    try {
      await shareOne(push, parcel, conversation, shareOf)
    } catch (error) {
      if (!(error instanceof Failure) || isSingle || error.code !== 'refused') throw error
      fail(push, { title: conversation.name, reason: error.message })
    }
  }
}

async function shareOne(
  { api, values, access, memory, output, progress, pushed }: Push,
  { place }: Parcel,
  conversation: ImportedConversation,
  shareOf: ReadonlyMap<number, Share>,
): Promise<void> {
  const { outcome, left_out } = conversation
  if (outcome === 'edited') throw editedThere(conversation)
  if (outcome === 'secrets') throw heldBack(conversation)
  const chat = await nameChat(api, conversation.chat_id ?? 0, values.name)
  const problem = place && memory.remember({ file: place, chatId: chat.id, createdAt: chat.created_at })
  if (problem) output.note(`Pushing the file again after a change will make a new chat: ${problem}`)
  const existing = shareOf.get(chat.id)
  const share = await shareChat(api, chat, existing, access)
  pushed.push({ url: share.url, change: outcome, chat, share, left_out })
  progress.interrupt(() => {
    output.note(`${printableLine(chat.name)}: ${CHANGE_WORDS[outcome]}, ${whoReads(share)}.`)
    const redacted = redactedSentence(conversation)
    if (redacted !== undefined) output.note(`  ${redacted}.`)
    const leftOut = leftOutSentence(left_out)
    if (leftOut !== undefined && outcome !== 'unchanged') output.note(`  ${leftOut}.`)
    if (existing?.snapshot_at && !access.isSnapshot && outcome !== 'unchanged') {
      output.note('  The link still shows the old snapshot; --snapshot updates it.')
    }
    output.line(printableLine(share.url))
  })
}

function fail({ failed, output, progress }: Push, one: FailedConversation): void {
  failed.push(one)
  progress.interrupt(() => output.note(`${printableLine(one.title)} was not pushed: ${one.reason}`))
}

async function nameChat(api: OwnerApi, id: number, name: string | undefined): Promise<Chat> {
  const chat = await api.chat(id)
  return name === undefined || name === chat.name ? chat : api.renameChat(id, name)
}

/** What was left out of a file, but of none of its conversations. */
function leftOutBesides({ left_out: leftOut, conversations }: ImportReport): LeftOut {
  const rest = { ...leftOut }
  for (const { left_out } of conversations) {
    for (const [what, count] of Object.entries(left_out)) rest[what] = (rest[what] ?? 0) - count
  }
  return rest
}

function editedThere({ name, chat_id }: ImportedConversation): Failure {
  return new Failure(
    'refused',
    `${printableLine(name)} was edited on the server since it was pushed; pushing it again would undo that. ` +
      'Use --force to push it anyway.',
    { chat_id },
  )
}

function readOtherwise(api: OwnerApi, source: Source): Failure {
  return new Failure(
    'failed',
    `${api.client.server} reads ${source.name} differently than this program. Are both the same version? ` +
      'With --all, only the server reads it.',
  )
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`
}

const CHANGE_WORDS: Readonly<Record<Outcome, string>> = {
  new: 'pushed',
  updated: 'updated',
  unchanged: 'nothing new',
  edited: 'left unchanged',
  secrets: 'held back',
}

function whoReads(share: Share): string {
  if (share.state !== 'active') return `but its link is ${stateOf(share)}`
  if (share.whitelist_count > 0) return `for ${readersOf(share)}`
  if (share.has_password) return 'for those who know the password'
  return isForOwnerAlone(share) ? 'for you alone' : 'for anyone with the link'
}

function isForOwnerAlone(share: Share): boolean {
  return share.is_protected && !share.has_password && share.whitelist_count === 0
}

import type { ImportReport } from '../../client/types.ts'
import type { LeftOut } from '../../importing/imported-chat.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import type { SpeakerNames } from '../../importing/text/find-turns.ts'
import { printableLine } from '../../terminal/printable.ts'
import { createProgress } from '../../terminal/progress.ts'
import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { findLatestSession, readAgent } from '../pushing/agent-sessions.ts'
import { packAll, packChosen, type Parcel } from '../pushing/parcel.ts'
import { PUSH_HELP, pushOptions } from '../pushing/push-help.ts'
import { checkPushOptions, readAccess } from '../pushing/push-options.ts'
import { openPushedFiles } from '../pushing/pushed-files.ts'
import { chosenSecrets, decideOnSecrets, type SecretsChoice } from '../pushing/secrets-found.ts'
import { fail, isForOwnerAlone, type Push, shareAll } from '../pushing/share-pushed.ts'
import { rereadable, type Source, sourceOf } from '../pushing/sources.ts'
import { unsentPictures } from '../pushing/unsent-pictures.ts'
import { refuseUnnamed, withFiles } from '../pushing/with-files.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { findChats, isChat } from '../server/find-chats.ts'
import { findSession } from '../server/find-session.ts'
import { sendFile } from '../server/send-file.ts'
import { chooseServer } from '../server/server-address.ts'

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

export const push = command({
  name: 'push',
  summary: 'send a chat to the server and print its link',
  help: PUSH_HELP,
  options: pushOptions,
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

/** What was left out of a file, but of none of its conversations. */
function leftOutBesides({ left_out: leftOut, conversations }: ImportReport): LeftOut {
  const rest = { ...leftOut }
  for (const { left_out } of conversations) {
    for (const [what, count] of Object.entries(left_out)) rest[what] = (rest[what] ?? 0) - count
  }
  return rest
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

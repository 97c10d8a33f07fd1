import { once } from 'node:events'
import type { Static } from 'typebox'
import type { Context } from '../../actions/context.ts'
import {
  type FailedImport,
  type ImportChoice,
  type ImportedConversation,
  type ImportReport,
  type ImportStep,
  importFiles,
} from '../../actions/importing/import-files.ts'
import type { ImportedFinding } from '../../actions/importing/imported-secrets.ts'
import { inTurn } from '../../actions/in-turn.ts'
import { countHourly } from '../../actions/quotas.ts'
import { invalidBody } from '../../actions/refusal.ts'
import { formatNames } from '../../importing/format-list.ts'
import { leftOutSentence } from '../../importing/left-out.ts'
import { ApiError, MAX_ID, UserParams } from '../../contract/common.ts'
import {
  type FailedConversation,
  ImportAnswer,
  type ImportedConversation as ConversationSchema,
  ImportForm,
  ImportLine,
  ImportQuery,
} from '../../contract/imports.ts'
import { type AskedRequest, leftSignal } from '../pipeline/asked.ts'
import { type Endpoint, endpoint } from '../pipeline/endpoint.ts'
import { errorBody } from '../pipeline/error-body.ts'
import { eventLines, LINES_TYPE } from '../output/event-lines.ts'
import type { HttpSettings } from '../pipeline/http-settings.ts'
import { prefersLines } from '../input/negotiate.ts'
import { UnreadableBody } from '../input/body.ts'
import { failureOf } from '../pipeline/failure.ts'
import { isoTime, presentChat } from '../output/present.ts'
import { FILE_TYPES, openUpload, type Upload } from '../input/upload.ts'
import { ownerErrors } from './documented.ts'

const MAX_SPEAKER_NAME = 100
const LIMIT = {
  bytes: 1024 * 1024 * 1024,
  message: 'An upload may have at most 1 GiB. Split the export, or import part of it.',
}
const PROGRESS_STEP = 1024 * 1024

export const importChatsEndpoint: Endpoint = endpoint({
  method: 'POST',
  path: '/api/users/{user_id}/imports',
  access: 'owner',
  tag: 'Imports',
  summary: 'Import chats from files',
  description: [
    `What ${formatNames(['app'])} export, sessions of ${formatNames(['agent'])}, ${formatNames(['data'])}, and text,`,
    'told by their content; also in a .zip. A form may hold several files, each',
    'part with a file name; or the body is the file itself. At most 1 GiB. Each conversation is stored by itself:',
    'what came in before an error stays. Importing again adds nothing twice: a chat gets what is new in the source.',
    'A chat whose messages were changed here after its import is left alone, and told as `edited`.',
    'Where it can’t be told who asks and who is the model, a file is refused with the names in it; `user_name` and',
    '`assistant_name` say who is who.',
    '`dry_run=true` lists the conversations and stores nothing. `Accept: application/x-ndjson` tells of each step',
    'while it happens; browsers, and whoever asks through a proxy, get to see that once all is sent.',
  ].join(' '),
  params: UserParams,
  query: ImportQuery,
  upload: { form: ImportForm, types: FILE_TYPES },
  answers: {
    200: {
      description: 'What became of each conversation',
      schema: ImportAnswer,
      others: { 'application/x-ndjson': ImportLine },
    },
    ...ownerErrors,
    408: {
      description:
        'Nothing of the upload came for 30 seconds, or less than 30 KiB in 30 seconds of waiting for it',
      schema: ApiError,
    },
    413: { description: 'The upload, or what it unpacks to, is too large', schema: ApiError },
    503: { description: 'Others are being served; Retry-After tells the seconds', schema: ApiError },
    415: { description: 'The body is of a type that no file is sent as', schema: ApiError },
  },
  async handle({ params, query, request, from }, context, settings) {
    const upload = openUpload(request, ['only', 'user_name', 'assistant_name'], {
      // While others wait, whoever sends slowly gives way.
      isHurried: () => context.importTurns.isCrowded,
      types: FILE_TYPES,
      limit: LIMIT,
    })
    const choice: ImportChoice = {
      includeTools: query.include_tools === undefined ? undefined : query.include_tools === 'true',
      isDryRun: query.dry_run === 'true',
      secrets: query.secrets ?? 'allow',
      mode: query.mode ?? 'add',
      chatId: chosenChat(query.chat_id),
      speakers: () => speakersIn(query, upload),
      only: chosenKeys(query, upload),
      left: leftSignal(request),
    }
    const run = (tell: (step: ImportStep) => void): Promise<ImportReport> =>
      importUpload(context, params.user_id, upload, choice, tell)

    if (!prefersLines(request.headers.accept)) return { body: presentReport(await run(() => {})) }
    const { lines, ended } = progressLines(context, settings, upload, run)
    // nginx, for one, passes on no more of a body once it is being answered.
    if (from.isForwarded) await Promise.race([ended, allSent(request)])
    return { body: lines, headers: { 'content-type': LINES_TYPE } }
  },
})

/** What is larger than ids are names no chat. */
function chosenChat(id: string | undefined): number | undefined {
  return id !== undefined && Number(id) <= MAX_ID ? Number(id) : undefined
}

/** What the files call the two: from the form, or the URL. */
function speakersIn(query: Static<typeof ImportQuery>, upload: Upload): ReturnType<ImportChoice['speakers']> {
  const user = nameIn('user_name', upload) ?? query.user_name
  const assistant = nameIn('assistant_name', upload) ?? query.assistant_name
  return user === undefined && assistant === undefined ? undefined : { user, assistant }
}

function nameIn(field: string, upload: Upload): string | undefined {
  const name = upload.field(field)
  if (name !== undefined && (name.trim() === '' || name.length > MAX_SPEAKER_NAME))
    throw invalidBody(field, `Expected a name of 1 to ${MAX_SPEAKER_NAME} characters.`)
  return name
}

/** The chosen source keys: from the URL, or from the form, whose field comes before its first file. */
function chosenKeys(query: Static<typeof ImportQuery>, upload: Upload): ImportChoice['only'] {
  let read: { keys: ReadonlySet<string> | undefined } | undefined
  return () => {
    if (!read) {
      const field = upload.field('only')
      const keys = field === undefined ? query.only : [...[query.only ?? []].flat(), ...readKeys(field)]
      read = { keys: keys === undefined ? undefined : new Set([keys].flat()) }
    }
    return read.keys
  }
}

function readKeys(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every((key) => typeof key === 'string')) return value
  } catch {
    // Told below.
  }
  throw invalidBody('only', 'Expected a JSON array of source keys, such as ["chatgpt:1f0c…"].')
}

/** Imports when it is this user's turn. What is wrong with the upload itself goes before what became of its files. */
async function importUpload(
  context: Context,
  userId: number,
  upload: Upload,
  choice: ImportChoice,
  tell: (step: ImportStep) => void,
): Promise<ImportReport> {
  if (!choice.isDryRun) await countHourly(context, userId, 'imports')
  await upload.begun()
  return inTurn(context.importTurns, userId, choice.left, () =>
    importNow(context, userId, upload, choice, tell),
  )
}

async function importNow(
  context: Context,
  userId: number,
  upload: Upload,
  choice: ImportChoice,
  tell: (step: ImportStep) => void,
): Promise<ImportReport> {
  let stored = 0
  const count = (step: ImportStep): void => {
    const isStored = step.kind === 'conversation' && ['new', 'updated'].includes(step.conversation.outcome)
    if (isStored && !choice.isDryRun) stored++
    tell(step)
  }
  try {
    const report = await importFiles(context, userId, upload.files, choice, count).catch((error: unknown) => {
      throw upload.problem() ?? error
    })
    if (upload.problem() !== undefined) throw upload.problem()
    return report
  } catch (error) {
    if (!(error instanceof UnreadableBody) || stored === 0) throw error
    const message = `${error.message} ${stored} ${stored === 1 ? 'chat' : 'chats'} came in before that.`
    throw new UnreadableBody(error.status, message)
  }
}

function progressLines(
  context: Context,
  settings: HttpSettings,
  upload: Upload,
  run: (tell: (step: ImportStep) => void) => Promise<ImportReport>,
): { readonly lines: ReturnType<typeof eventLines>; readonly ended: Promise<void> } {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const lines = eventLines(async (write) => {
    let told = 0
    try {
      const report = await run((step) => {
        if (step.kind === 'conversation') {
          write({ type: 'conversation', ...presentConversation(step.conversation) })
        } else if (step.kind === 'failed') {
          write({ type: 'failed', ...presentFailed(step.failed) })
        } else if (upload.received() >= told + PROGRESS_STEP) {
          told = upload.received()
          write({ type: 'progress', received: told })
        }
      })
      write({ type: 'progress', received: upload.received() })
      return { type: 'result', ...presentReport(report) }
    } catch (error) {
      const failure = failureOf(error, importChatsEndpoint.expected, context)
      if (failure.status >= 500) settings.logError(error, 'An import failed')
      return { type: 'error', ...errorBody('plain', failure) }
    } finally {
      end()
    }
  })
  return { lines, ended }
}

/** Once the whole body has come, or nothing more will. */
async function allSent({ raw }: AskedRequest): Promise<void> {
  await once(raw, 'end').catch(() => undefined)
}

function presentConversation(conversation: ImportedConversation): Static<typeof ConversationSchema> {
  const { createdAt, updatedAt, findings } = conversation
  return {
    source_key: conversation.sourceKey,
    outcome: conversation.outcome,
    chat_id: conversation.chatId ?? null,
    name: conversation.name,
    model: conversation.model,
    message_count: conversation.messageCount,
    created_at: createdAt === undefined ? null : isoTime(createdAt),
    updated_at: updatedAt === undefined ? null : isoTime(updatedAt),
    left_out: conversation.leftOut,
    ...(findings.length === 0 ? {} : { findings: findings.map(presentImportedFinding) }),
  }
}

function presentImportedFinding({
  message,
  ...finding
}: ImportedFinding): NonNullable<Static<typeof ConversationSchema>['findings']>[number] {
  const { kind, rule, label, start, end, excerpt } = finding
  return { message, kind, rule, label, start, end, excerpt }
}

function presentFailed({ title, reason, file, speakers }: FailedImport): Static<typeof FailedConversation> {
  const failed = { title, reason, file: file ?? null }
  return speakers === undefined ? failed : { ...failed, speakers: [...speakers] }
}

function presentReport(report: ImportReport): Static<typeof ImportAnswer> {
  const { notChosen, ...counts } = report.counts
  return {
    dry_run: report.isDryRun,
    counts: { ...counts, not_chosen: notChosen },
    chats: report.newChats.map(presentChat),
    conversations: report.conversations.map(presentConversation),
    failed: report.failed.map(presentFailed),
    left_out: report.leftOut,
    left_out_summary: leftOutSentence(report.leftOut) ?? null,
  }
}

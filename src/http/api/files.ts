import { addFile, openOwnFile } from '../../actions/files/own-files.ts'
import { inTurn } from '../../actions/in-turn.ts'
import { invalidBody } from '../../actions/refusal.ts'
import type { ReceivedFile } from '../../actions/files/store-file.ts'
import { MAX_FILE_BYTES } from '../../chats/limits.ts'
import { ApiError, ChatParams } from '../../contract/common.ts'
import { AddFileForm, AddFileQuery, FileAnswer, FileParams, FileQuery } from '../../contract/files.ts'
import { type DocumentedAnswer, endpoint } from '../pipeline/endpoint.ts'
import { leftSignal } from '../pipeline/asked.ts'
import { UnreadableBody } from '../input/body.ts'
import { openUpload, type Upload } from '../input/upload.ts'
import { fileAnswer } from '../output/file-answer.ts'
import { presentFile } from '../output/present.ts'
import { ok, ownerErrors } from './documented.ts'

const PATH = '/api/users/{user_id}/chats/{chat_id}/files'

const TOO_LARGE = 'A file may have at most 20 MiB.'
/** A form is a little larger than its file. */
const LIMIT = { bytes: MAX_FILE_BYTES + 64 * 1024, message: TOO_LARGE }

/** The bytes of a file, or why not, as the document tells them. */
export const fileAnswers: Record<number, DocumentedAnswer> = {
  200: { description: 'The bytes', contentType: 'application/octet-stream', schema: {} },
  206: { description: 'The part that Range asks for', contentType: 'application/octet-stream', schema: {} },
  304: { description: 'The file is what If-None-Match names' },
  416: { description: 'Nothing lies where Range asks for' },
}

export const addFileEndpoint = endpoint({
  method: 'POST',
  path: PATH,
  access: 'owner',
  tag: 'Files',
  summary: 'Add a picture or another file',
  description: [
    'A form with one file, or the bytes as the body, with `name` in the query; at most 20 MiB. PNG, JPEG, WebP, GIF and',
    'AVIF are decoded and encoded anew: nothing of place, camera or software survives; at most 4096 pixels a side, and 50',
    'megapixels before that. All else, SVG too, is only ever a download. `markdown` is what to put into a message: whoever',
    'may read a message that names the file may read the file. One that no message names yet is removed after a day, and with',
    'its chat; one that was named and is named no more, a few minutes later, when its room is free again.',
  ].join(' '),
  params: ChatParams,
  query: AddFileQuery,
  upload: { form: AddFileForm, types: ['image/png', 'image/jpeg', 'application/octet-stream'] },
  answers: {
    ...ok(FileAnswer, 'The file'),
    ...ownerErrors,
    408: { description: 'The upload came too slowly', schema: ApiError },
    413: {
      description: 'The file or the picture is too large, or more than the account may store',
      schema: ApiError,
    },
    415: { description: 'The body came with a Content-Encoding', schema: ApiError },
    503: { description: 'Others are being served; Retry-After tells the seconds', schema: ApiError },
  },
  async handle({ params, query, request }, context) {
    const { user_id: userId, chat_id: chatId } = params
    const upload = openUpload(request, [], {
      isHurried: () => context.fileTurns.isCrowded,
      limit: LIMIT,
    })
    await upload.begun()
    return inTurn(context.fileTurns, userId, leftSignal(request), async () => {
      const file = await receive(upload)
      const named = { ...file, name: file.name ?? query.name }
      return { body: { file: presentFile(await addFile(context, userId, chatId, named)) } }
    })
  },
})

export const readFileEndpoint = endpoint({
  method: 'GET',
  path: `${PATH}/{file_id}`,
  access: 'owner',
  tag: 'Files',
  summary: 'Read a file of my chat',
  params: FileParams,
  query: FileQuery,
  answers: { ...fileAnswers, ...ownerErrors },
  async handle({ params, query, request }, context) {
    const asked = {
      id: params.file_id,
      variant: query.size ?? 'whole',
      left: () => leftSignal(request),
    } as const
    const open = await openOwnFile(context, params.user_id, params.chat_id, asked)
    return fileAnswer(context, open, request, 'private, no-cache')
  },
})

/** The one file of an upload, in memory. */
async function receive(upload: Upload): Promise<ReceivedFile> {
  let received: ReceivedFile | undefined
  try {
    for await (const { name, mediaType, bytes } of upload.files) {
      if (received) throw invalidBody('file', 'Send one file at a time.')
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of bytes) {
        length += chunk.length
        if (length > MAX_FILE_BYTES) throw new UnreadableBody(413, TOO_LARGE)
        chunks.push(chunk)
      }
      received = { name, mediaType, bytes: Buffer.concat(chunks, length) }
    }
  } catch (error) {
    throw upload.problem() ?? error
  }
  if (!received || received.bytes.length === 0)
    throw invalidBody('file', 'Nothing was sent. Send a file as the body.')
  return received
}

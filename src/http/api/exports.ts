import { type Static, Type } from 'typebox'
import type { Context } from '../../actions/context.ts'
import { exportChat } from '../../actions/chats/export-chat.ts'
import type { ChatFormat } from '../../reading/chat-format.ts'
import { exportedJson, markdown, markdownWithFiles, openAiMessages } from '../../reading/formats/exports.ts'
import { openShare } from '../../reading/open-share.ts'
import { ApiError, ChatParams } from '../../contract/common.ts'
import { ExportQuery } from '../../contract/exports.ts'
import { SharedChatParams } from '../../contract/shares.ts'
import { attachment } from '../output/attachment.ts'
import { withFiles } from '../output/exported-files.ts'
import { type DocumentedAnswer, endpoint } from '../pipeline/endpoint.ts'
import { askingOf } from '../input/asking.ts'
import { chatFileFormat } from '../pages/share/chat-page-format.ts'
import { shareProofs } from '../input/share-proofs.ts'
import { refuseShare } from '../output/share-refusal.ts'
import { shownShare } from '../output/shown-share.ts'
import { readUuid } from '../input/share-uuid.ts'
import { invalid, notOnWhitelist, ownerErrors, sharedChatErrors } from './documented.ts'

interface Export {
  readonly format: ChatFormat
  readonly contentType: string
  readonly extension: string
  /** its files lie beside the text */
  readonly isArchive?: boolean
}

type FormatName = Static<typeof ExportQuery>['format']

const exports: Record<FormatName, (context: Context) => Export> = {
  markdown: () => ({
    format: markdown,
    contentType: 'text/markdown; charset=utf-8',
    extension: '.md',
  }),
  json: () => ({ format: exportedJson, contentType: JSON_TYPE, extension: '.json' }),
  openai: () => ({ format: openAiMessages, contentType: JSON_TYPE, extension: '.openai.json' }),
  html: ({ renderer }) => ({
    format: chatFileFormat(renderer),
    contentType: 'text/html; charset=utf-8',
    extension: '.html',
  }),
  zip: () => ({
    format: markdownWithFiles,
    contentType: 'application/zip',
    extension: '.zip',
    isArchive: true,
  }),
}
const JSON_TYPE = 'application/json; charset=utf-8'

const exported: Record<number, DocumentedAnswer> = {
  200: {
    description: 'The chat, as a download',
    contentType: 'text/markdown',
    schema: Type.String(),
    others: {
      'application/json': Type.Object({}),
      'text/html': Type.String(),
      'application/zip': Type.String(),
    },
  },
  413: { description: 'The files of the chat are too many for one export', schema: ApiError },
  304: { description: 'The export is what If-None-Match names' },
}

export const exportChatEndpoint = endpoint({
  method: 'GET',
  path: '/api/users/{user_id}/chats/{chat_id}/export',
  access: 'owner',
  tag: 'Exports',
  isHeavy: true,
  summary: 'Export a chat',
  params: ChatParams,
  query: ExportQuery,
  answers: { ...exported, ...ownerErrors },
  async handle({ params, query, request }, context) {
    const chosen = exports[query.format](context)
    const { user_id: userId, chat_id: chatId } = params
    const asking = askingOf(request, chosen.format)
    const { name, body, isUnmodified } = await exportChat(context, userId, chatId, asking)
    const { etag } = body
    if (isUnmodified) return { status: 304, headers: { etag } }
    const answer = { parts: body, headers: { etag, ...downloadHeaders(chosen, name) } }
    return withFiles(context, userId, answer, {
      name,
      isArchive: chosen.isArchive,
      request,
      asker: `user ${userId}`,
      mayRefuse: true,
    })
  },
})

export const exportSharedChatEndpoint = endpoint({
  method: 'GET',
  path: '/api/shared/chats/{uuid}/export',
  access: 'reader',
  tag: 'Exports',
  summary: 'Export a shared chat',
  description: 'Takes the same proofs as reading it, refuses in the same words, and counts as a view.',
  params: SharedChatParams,
  query: ExportQuery,
  answers: { ...exported, ...invalid, ...sharedChatErrors, ...notOnWhitelist },
  async handle(asked, context, settings) {
    const { params, query, request } = asked
    const chosen = exports[query.format](context)
    const uuid = readUuid(params.uuid)
    const proofs = shareProofs(uuid, asked, settings)
    const opened = await openShare(context, uuid, proofs, askingOf(request, chosen.format))
    const { decision } = opened
    settings.countOutcome(decision.outcome)
    const name = decision.share?.chatName ?? ''
    const shown = shownShare(opened, settings, {}, downloadHeaders(chosen, name))
    if (!shown || !decision.share) return refuseShare(decision)
    return withFiles(context, decision.share.ownerId, shown, {
      name,
      isArchive: chosen.isArchive,
      request,
      asker: asked.from.address,
      mayRefuse: decision.share.maxViews === null,
    })
  },
})

function downloadHeaders({ contentType, extension }: Export, name: string): Record<string, string> {
  return { 'content-type': contentType, 'content-disposition': attachment(name, extension) }
}

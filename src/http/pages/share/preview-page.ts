import { Type } from 'typebox'
import { previewShare } from '../../../actions/sharing/preview-share.ts'
import { PreviewQuery } from '../../../contract/shares.ts'
import { ShareParams } from '../../../contract/common.ts'
import { bodyOf } from '../../../reading/open-share.ts'
import { leftSignal } from '../../pipeline/asked.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { PAGE_HEADERS } from '../document.ts'
import { chatPageFormat } from './chat-page-format.ts'
import { refusalPage } from './refusal-page.ts'

/** To be looked at in a frame of the owner's app: nothing in it is sent. */
const PREVIEW_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

export const previewPageEndpoint = endpoint({
  method: 'GET',
  path: '/api/users/{user_id}/chats/{chat_id}/shares/{share_id}/preview',
  access: 'owner',
  tag: 'Pages',
  isHeavy: true,
  summary: 'The page that a visitor would get, for the owner; nothing is counted',
  params: ShareParams,
  query: PreviewQuery,
  errors: 'page',
  answers: { 200: { description: 'The page', schema: Type.String(), contentType: 'text/html' } },
  async handle({ params, query, request, from }, context, settings) {
    const ownerId = params.user_id
    const address = { userId: ownerId, chatId: params.chat_id, shareId: params.share_id }
    const visitor = { email: query.email, hasPassword: query.has_password === 'true' }
    const { decision, chat } = await previewShare(context, address, visitor)
    const origin = settings.pageOrigin(request)
    const headers = { ...PAGE_HEADERS, 'content-security-policy': PREVIEW_POLICY }
    if (chat && decision.source) {
      const format = chatPageFormat({
        renderer: context.renderer,
        isGzipped: false,
        origin,
        now: context.now(),
        use: 'preview',
      })
      const asking = { format, has: () => false, isHead: false }
      const asked = {
        view: decision,
        ownerId,
        asker: () => from.address,
        left: () => leftSignal(request),
      }
      const body = await bodyOf(context, decision.source, asking, asked, async () => chat)
      return { parts: body, headers }
    }
    const page = refusalPage(decision, context, {
      at: { origin, path: `/shared/chats/${decision.share?.uuid ?? ''}` },
      wasWrong: false,
      signedInAs: query.email,
    })
    return { body: page.text, headers }
  },
})

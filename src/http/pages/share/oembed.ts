import { Type } from 'typebox'
import { Refusal } from '../../../actions/refusal.ts'
import { ApiError } from '../../../contract/common.ts'
import { decideView } from '../../../reading/decide-view.ts'
import { visibleText } from '../../../rendering/plain-excerpt.ts'
import { mayHoldFindings } from '../../../scanning/may-hold-findings.ts'
import { invalid } from '../../api/documented.ts'
import { readUuid } from '../../input/share-uuid.ts'
import { endpoint } from '../../pipeline/endpoint.ts'
import { pageAssets } from '../page-assets.ts'

const OEmbed = Type.Object({
  version: Type.Literal('1.0'),
  type: Type.Literal('link'),
  title: Type.String(),
  provider_name: Type.String(),
  provider_url: Type.String(),
  thumbnail_url: Type.String(),
  thumbnail_width: Type.Integer(),
  thumbnail_height: Type.Integer(),
})

/** What an open share's link is shown as elsewhere (https://oembed.com). It counts no view. */
export const oEmbedEndpoint = endpoint({
  method: 'GET',
  path: '/oembed',
  access: 'anyone',
  tag: 'Shared chats',
  summary: "What an open share's link is shown as elsewhere",
  description:
    'oEmbed 1.0, type `link`, as JSON. Only of shares that everyone may read as often as they like.',
  query: Type.Object({
    url: Type.String({ description: 'the link of a shared chat' }),
    format: Type.Optional(Type.Literal('json')),
    maxwidth: Type.Optional(Type.String()),
    maxheight: Type.Optional(Type.String()),
  }),
  answers: {
    200: { description: 'oEmbed', schema: OEmbed },
    404: { description: 'No such share, or not everyone may read it', schema: ApiError },
    ...invalid,
  },
  async handle({ query, from, request }, context, settings) {
    const [, name = ''] = /^\/shared\/chats\/([^/]+)$/.exec(URL.parse(query.url)?.pathname ?? '') ?? []
    // As a stranger asks, whoever it is: what is answered is shown to others.
    const stranger = {
      tokenHash: undefined,
      readerHash: undefined,
      unlockToken: undefined,
      password: undefined,
      from,
    }
    const decision = await decideView(context, readUuid(name), stranger)
    const { outcome, share } = decision
    if (outcome !== 'show' || !share || share.maxViews !== null) {
      throw new Refusal({ code: 'share-not-found' })
    }
    const origin = settings.pageOrigin(request)
    return {
      body: {
        version: '1.0',
        type: 'link',
        title: mayHoldFindings(share.chatName)
          ? 'A shared chat'
          : visibleText(share.chatName) || 'Untitled chat',
        provider_name: 'Neptun Share',
        provider_url: origin,
        thumbnail_url: `${origin}${pageAssets().card.url}`,
        thumbnail_width: 1200,
        thumbnail_height: 630,
      },
    }
  },
})

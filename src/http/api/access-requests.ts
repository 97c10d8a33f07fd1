import type { Static } from 'typebox'
import {
  acceptRequest,
  type AccessRequest,
  changeMailWishes,
  dismissRequest,
  getMailWishes,
  listAccessRequests,
  requestAccess,
} from '../../actions/sharing/access-requests.ts'
import { AccessRequestsAnswer, MailWishes, RequestParams } from '../../contract/access-requests.ts'
import { UserParams } from '../../contract/common.ts'
import { SharedChatParams, WhitelistEntriesAnswer } from '../../contract/shares.ts'
import { actorOf } from '../input/actor.ts'
import { shareProofs } from '../input/share-proofs.ts'
import { readUuid } from '../input/share-uuid.ts'
import { isoTime, presentEntries } from '../output/present.ts'
import { refuseShare } from '../output/share-refusal.ts'
import { endpoint } from '../pipeline/endpoint.ts'
import { done, notOnWhitelist, ok, ownerErrors, sharedChatErrors } from './documented.ts'

export const requestAccessEndpoint = endpoint({
  method: 'POST',
  path: '/api/shared/chats/{uuid}/access-requests',
  access: 'visitor',
  tag: 'Shared chats',
  summary: 'Ask the owner to be let in',
  description:
    'For whoever has proved an email that the share doesn’t list. The owner sees that email. Asking again within a day changes nothing.',
  params: SharedChatParams,
  answers: {
    204: { description: 'The owner has the request, or the chat can be read already' },
    ...sharedChatErrors,
    ...notOnWhitelist,
  },
  async handle(asked, context, settings) {
    const uuid = readUuid(asked.params.uuid)
    const origin = settings.pageOrigin(asked.request)
    const proofs = shareProofs(uuid, asked, settings)
    const { decision, email } = await requestAccess(context, uuid, proofs, origin)
    return email !== undefined || decision.outcome === 'show' ? { status: 204 } : refuseShare(decision)
  },
})

const owner = { access: 'owner', tag: 'Shares' } as const
const PATH = '/api/users/{user_id}/access-requests'
const one = { ...owner, params: RequestParams } as const

export const listRequestsEndpoint = endpoint({
  ...owner,
  method: 'GET',
  path: PATH,
  params: UserParams,
  summary: 'Who asks to be let in to my chats',
  answers: { ...ok(AccessRequestsAnswer), ...ownerErrors },
  async handle({ params }, context) {
    return { body: present(await listAccessRequests(context, params.user_id)) }
  },
})

export const acceptRequestEndpoint = endpoint({
  ...one,
  method: 'POST',
  path: `${PATH}/{request_id}/accept`,
  summary: 'Add who asks to the list; where the server sends mail, they are told',
  answers: { ...ok(WhitelistEntriesAnswer, 'The whole list'), ...ownerErrors },
  async handle(asked, context, settings) {
    const { user_id: userId, request_id: id } = asked.params
    const origin = settings.pageOrigin(asked.request)
    return { body: presentEntries(await acceptRequest(context, userId, id, actorOf(asked), origin)) }
  },
})

export const dismissRequestEndpoint = endpoint({
  ...one,
  method: 'DELETE',
  path: `${PATH}/{request_id}`,
  summary: 'Dismiss a request; who asked isn’t told',
  answers: { ...done, ...ownerErrors },
  async handle({ params }, context) {
    await dismissRequest(context, params.user_id, params.request_id)
    return { body: true }
  },
})

const wishes = { ...owner, path: '/api/users/{user_id}/mail-settings', params: UserParams } as const

export const getMailWishesEndpoint = endpoint({
  ...wishes,
  method: 'GET',
  tag: 'Accounts',
  summary: 'What I am told by mail',
  answers: { ...ok(MailWishes), ...ownerErrors },
  async handle({ params }, context) {
    const { accessRequests } = await getMailWishes(context, params.user_id)
    return { body: { access_requests: accessRequests } }
  },
})

export const changeMailWishesEndpoint = endpoint({
  ...wishes,
  method: 'PATCH',
  tag: 'Accounts',
  summary: 'Choose what I am told by mail',
  body: [MailWishes],
  answers: { ...ok(MailWishes), ...ownerErrors },
  async handle({ params, body }, context) {
    const { accessRequests } = await changeMailWishes(context, params.user_id, {
      accessRequests: body.access_requests,
    })
    return { body: { access_requests: accessRequests } }
  },
})

function present(requests: readonly AccessRequest[]): Static<typeof AccessRequestsAnswer> {
  return {
    access_requests: requests.map((request) => ({
      id: request.id,
      email: request.email,
      chat_conversation_id: request.chatId,
      chat_name: request.chatName,
      share_id: request.shareId,
      asked_at: isoTime(request.askedAt),
    })),
  }
}

import type { Static } from 'typebox'
import { type Chat as ChatSchema, ChatsAnswer } from '../../contract/chats.ts'
import { type Share as ShareSchema, SharesAnswer } from '../../contract/shares.ts'
import { printableLine } from '../../terminal/printable.ts'
import type { OwnerApi } from './api.ts'
import { Failure } from '../failure.ts'
import type { Target } from '../target.ts'

export type Chat = Static<typeof ChatSchema>
export type Share = Static<typeof ShareSchema>

/** A chat of one's own, with its share if it has one. */
export type OwnChat = { readonly chat: Chat; readonly share: Share | undefined }

/** All chats of the account, the one changed last first. */
export async function listOwnChats(api: OwnerApi): Promise<OwnChat[]> {
  const [{ chats }, { shares }] = await Promise.all([
    api.call('GET', api.path('/chats?order_by=updated_at:desc'), ChatsAnswer),
    api.call('GET', api.path('/shares'), SharesAnswer),
  ])
  const shareOf = new Map(shares.map((share) => [share.chat_conversation_id, share]))
  return chats.map((chat) => ({ chat, share: shareOf.get(chat.id) }))
}

/** The chat that a target names: by its share, its id, or its name where only one is called that. */
export function pickOwnChat(chats: readonly OwnChat[], target: Target): OwnChat {
  if (target.kind === 'share') {
    const found = chats.find(({ share }) => share?.uuid === target.uuid)
    if (found === undefined) throw new Failure('not-found', 'None of your chats is shared under this link.')
    return found
  }
  const { text } = target
  const byId = chats.find(({ chat }) => String(chat.id) === text)
  if (byId !== undefined) return byId
  const wanted = text.trim().toLowerCase()
  const called = chats.filter(({ chat }) => chat.name.trim().toLowerCase() === wanted)
  const [only, ...others] = called
  if (only === undefined) {
    throw new Failure(
      'not-found',
      `You have no chat of the id or name ${JSON.stringify(text)}. See: neptun-share list`,
    )
  }
  if (others.length > 0) {
    const ids = called.map(({ chat }) => chat.id)
    const name = printableLine(only.chat.name)
    throw new Failure(
      'not-found',
      `${called.length} chats are called ${name}; name one by its id: ${ids.join(', ')}.`,
      {
        chat_ids: ids,
      },
    )
  }
  return only
}

/** The same for commands about links. */
export function pickOwnShare(chats: readonly OwnChat[], target: Target): OwnChat & { readonly share: Share } {
  const { chat, share } = pickOwnChat(chats, target)
  if (share === undefined) {
    throw new Failure(
      'not-found',
      `${printableLine(chat.name)} has no link. Make one with: neptun-share push`,
    )
  }
  return { chat, share }
}

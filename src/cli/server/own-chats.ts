import type { Chat, Share } from '../../client/types.ts'
import { printableLine } from '../../terminal/printable.ts'
import type { OwnerApi } from './api.ts'
import { Failure } from '../failure.ts'
import type { Target } from '../target.ts'

/** A chat of one's own, with its links, the main one first. */
export type OwnChat = { readonly chat: Chat; readonly shares: readonly Share[] }

/** All chats of the account, the one changed last first. */
export async function listOwnChats(api: OwnerApi): Promise<OwnChat[]> {
  const [{ chats }, { shares }] = await Promise.all([
    api.chatsPage({ order_by: 'updated_at:desc' }),
    api.linksPage({}),
  ])
  const sharesOf = Map.groupBy(mainFirst(shares), ({ chat_conversation_id: id }) => id)
  return chats.map((chat) => ({ chat, shares: sharesOf.get(chat.id) ?? [] }))
}

function mainFirst(shares: readonly Share[]): Share[] {
  return shares.toSorted((a, b) => Number(a.label !== null) - Number(b.label !== null) || a.id - b.id)
}

/** The chat that a target names: by one of its links, its id, or its name where only one is called that. */
export function pickOwnChat(chats: readonly OwnChat[], target: Target): OwnChat {
  if (target.kind === 'share') {
    const found = chats.find(({ shares }) => shares.some(({ uuid }) => uuid === target.uuid))
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

/**
 * The link that a target names: itself, or the one of a chat; of several the one of a label, or the main one.
 *
 * @param label undefined where none was given
 */
export function pickOwnShare(
  chats: readonly OwnChat[],
  target: Target,
  label: string | undefined,
): { readonly chat: Chat; readonly share: Share } {
  const { chat, shares } = pickOwnChat(chats, target)
  const name = printableLine(chat.name)
  if (target.kind === 'share') {
    const share = shares.find(({ uuid }) => uuid === target.uuid)
    if (share) return { chat, share }
  }
  if (shares.length === 0) {
    throw new Failure('not-found', `${name} has no link. Make one with: neptun-share push`)
  }
  const labels = shares.map((share) => printableLine(share.label ?? '(main)')).join(', ')
  if (label !== undefined) {
    const share = shares.find((one) => one.label === label.trim())
    if (share) return { chat, share }
    throw new Failure('not-found', `${name} has no link labelled ${JSON.stringify(label)}. It has: ${labels}`)
  }
  const [first] = shares
  if (first && (shares.length === 1 || first.label === null)) return { chat, share: first }
  throw new Failure(
    'not-found',
    `${name} has ${shares.length} links; name one by --label or its URL. It has: ${labels}`,
  )
}

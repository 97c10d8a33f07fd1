import type { ChatFormat } from '../../reading/chat-format.ts'
import type { Body } from '../../reading/kept-bodies.ts'
import { bodyOf } from '../../reading/open-share.ts'
import { readChat, SourceChanged } from '../../reading/read-chat.ts'
import type { Store } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { getChat } from './chats.ts'

/** The user's own chat in a format. @throws Refusal when it isn't there */
export async function exportChat(
  context: Context,
  userId: number,
  chatId: number,
  format: ChatFormat,
): Promise<{ name: string; body: Body }> {
  const exportFrom = async (store: Store) => {
    const { name, revision, contentBytes } = await getChat({ ...context, store }, userId, chatId)
    const source = { kind: 'chat', id: chatId, chatId, revision, size: contentBytes } as const
    const asked = { view: undefined, ownerId: userId, asker: () => `user ${userId}` }
    const body = await bodyOf(context, source, format, asked, () => readChat(store, source))
    return { name, body }
  }
  try {
    return await exportFrom(context.store)
  } catch (error) {
    if (!(error instanceof SourceChanged)) throw error
    return context.store.atOneMoment(exportFrom)
  }
}

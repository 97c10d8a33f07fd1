import type { Body } from '../../reading/kept-bodies.ts'
import { type Asking, bodyOf } from '../../reading/open-share.ts'
import { readChat, SourceChanged } from '../../reading/read-chat.ts'
import type { BodySource } from '../../storage/queries/bodies.ts'
import type { Store } from '../../storage/store.ts'
import type { Context } from '../context.ts'
import { getChat } from './chats.ts'

/** The user's own chat in a format, and whether they have it already. @throws Refusal when it isn't there */
export async function exportChat(
  context: Context,
  userId: number,
  chatId: number,
  asking: Pick<Asking, 'format' | 'has' | 'isHead' | 'left'>,
): Promise<{ readonly name: string; readonly body: Body; readonly isUnmodified: boolean }> {
  const exportFrom = async (store: Store, read?: typeof readFrom) => {
    const { name, revision, contentBytes } = await getChat({ ...context, store }, userId, chatId)
    const source = { kind: 'chat', id: chatId, chatId, revision, size: contentBytes } as const
    const asked = { view: undefined, ownerId: userId, asker: () => `user ${userId}`, left: asking.left }
    const body = await bodyOf(context, source, asking, asked, read?.(store))
    return { name, body, isUnmodified: asking.has(body.etag) }
  }
  try {
    return await exportFrom(context.store)
  } catch (error) {
    if (!(error instanceof SourceChanged)) throw error
    return context.store.atOneMoment((store) => exportFrom(store, readFrom))
  }
}

function readFrom(store: Store) {
  return (source: BodySource) => readChat(store, source)
}

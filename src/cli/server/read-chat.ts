import type { ExportQuery } from '../../contract/exports.ts'
import type { Static } from 'typebox'
import { asOwner, createApi, failureOf } from './api.ts'
import { listOwnChats, pickOwnChat } from './own-chats.ts'
import { contentOf, readSharedChat } from './read-shared-chat.ts'
import { findSession } from './find-session.ts'
import { readersServer, type Target } from '../target.ts'

export type Format = Static<typeof ExportQuery>['format']

/** Reads a shared chat as a reader, or a chat of one's own by its id or name, as the server writes it in a format. */
export async function readChat(
  target: Target,
  format: Format,
  options: { readonly server: string | undefined; readonly passwordFile: string | undefined },
): Promise<string | Buffer> {
  const server = readersServer(target, options.server)
  const session = await findSession(server, options.server)
  if (target.kind === 'share') {
    return readSharedChat(createApi(server, session), target.uuid, format, options.passwordFile)
  }
  const api = asOwner(server, session)
  const { chat } = pickOwnChat(await listOwnChats(api), target)
  const answer = await api.send('GET', api.path(`/chats/${chat.id}/export?format=${format}`))
  if (answer.status !== 200) throw failureOf(answer, server, session)
  return contentOf(answer, server)
}

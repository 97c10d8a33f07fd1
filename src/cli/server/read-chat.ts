import type { ExportFormat } from '../../client/types.ts'
import { readersServer, type Target } from '../target.ts'
import { asOwner } from './api.ts'
import { findSession } from './find-session.ts'
import { listOwnChats, pickOwnChat } from './own-chats.ts'
import { contentOf, readSharedChat } from './read-shared-chat.ts'

/** Reads a shared chat as a reader, or a chat of one's own by its id or name, as the server writes it in a format. */
export async function readChat(
  target: Target,
  format: ExportFormat,
  options: { readonly server: string | undefined; readonly passwordFile: string | undefined },
): Promise<string | Buffer> {
  const server = readersServer(target, options.server)
  const session = await findSession(server, options.server)
  if (target.kind === 'share') {
    return readSharedChat(server, session, target.uuid, format, options.passwordFile)
  }
  const api = asOwner(server, session)
  const { chat } = pickOwnChat(await listOwnChats(api), target)
  return contentOf(await api.exportChat(chat.id, format), server)
}

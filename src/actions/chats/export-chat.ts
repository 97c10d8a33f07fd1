import { findReadableChat } from '../../storage/queries/chats.ts'
import { findSnapshot } from '../../storage/queries/snapshots.ts'
import { getChat } from './chats.ts'
import type { Context } from '../context.ts'
import type { Proofs } from '../../reading/decide-view.ts'
import type { Body } from '../../reading/kept-bodies.ts'
import {
  type Asking,
  type ExportFormat,
  onPresentSource,
  type OpenedShare,
  openShare,
  readChat,
  sourceOf,
} from '../../reading/open-share.ts'

/** The user's own chat in a format. @throws Refusal when it isn't there */
export async function exportChat(
  context: Context,
  userId: number,
  chatId: number,
  format: ExportFormat,
): Promise<{ name: string; body: Body }> {
  return onPresentSource(async () => {
    const { name, revision } = await getChat(context, userId, chatId)
    const source = { kind: 'chat', id: chatId, revision } as const
    const body = await context.bodies.get(source, {
      format: format.name,
      wrapping: format.wrapping(),
      wrap: (kept) => format.wrap(kept),
      async make() {
        const made = await readChat(context, source)
        return { source: made.source, ...(await format.write(made.chat)) }
      },
    })
    return { name, body }
  })
}

/** A shared chat in a format, with what a file of it is called: opening it is a view like any other. */
export async function exportShare(
  context: Context,
  uuid: string | undefined,
  proofs: Proofs,
  asking: Asking & { readonly format: ExportFormat },
): Promise<OpenedShare & { readonly name: string }> {
  const opened = await openShare(context, uuid, proofs, asking)
  const source = opened.body && opened.decision.share && sourceOf(opened.decision.share)
  if (!source) return { ...opened, name: '' }
  const { read } = context.store
  const named =
    source.kind === 'chat' ? await findReadableChat(read, source.id) : await findSnapshot(read, source.id)
  return { ...opened, name: named?.name ?? '' }
}

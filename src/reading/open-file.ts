import { isRecentViewToken } from '../secrets/view-token.ts'
import { findFileToRead } from '../storage/queries/files.ts'
import type { FileVariant } from '../storage/tables.ts'
import type { ReadingContext } from './context.ts'
import type { Proofs } from './decide-view.ts'
import { names, wholeList } from './formats/named-files.ts'
import type { OpenFile } from './kept-files.ts'
import { bodyOf, readDecided } from './open-share.ts'
import type { ViewDecision } from './outcome-of.ts'

/**
 * Opens a file for a reader of a share: under the decision that the share's page is under, and only where a message that
 * is shown names it. Where views are limited, the browser has to hold one that it was granted a short while ago.
 *
 * @param uuid in lower case; undefined when what was asked for isn't a UUID
 * @returns the decision, and the file where the decision shows it
 */
export async function openSharedFile(
  context: ReadingContext,
  uuid: string | undefined,
  proofs: Proofs,
  asked: { readonly id: string; readonly variant: FileVariant; readonly left: () => AbortSignal },
): Promise<{ readonly decision: ViewDecision; readonly file?: OpenFile | undefined }> {
  return readDecided(context, uuid, proofs, async (decision, read) => {
    const { share, source, isOwner } = decision
    if (decision.outcome !== 'show' || !share || !source) return { decision }
    const isLimited = share.maxViews !== null && !isOwner
    if (isLimited && !isRecentViewToken(proofs.viewToken, { share, source }, context)) return { decision }
    const { ownerId } = share
    const about = { view: undefined, ownerId, asker: () => proofs.from.address, left: asked.left }
    const body = await bodyOf(context, source, wholeList, about, read)
    if (!names(body, asked.id)) return { decision }
    const file = await findFileToRead(context.store, ownerId, asked.id)
    return { decision, file: file && context.files.open(file, asked.variant) }
  })
}

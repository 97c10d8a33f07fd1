import { randomUUID } from 'node:crypto'
import { normalisePassword } from '../../accounts/password.ts'
import type { OwnShare } from '../../sharing/share.ts'
import { changeShare, newShareSettings, type ShareChange } from '../../sharing/change-share.ts'
import { findChatForChange } from '../../storage/queries/chats.ts'
import { countSharesOfChat, findLabelled, findShare } from '../../storage/queries/lists/own-shares.ts'
import { insertShare, labelShare, updateShare } from '../../storage/queries/shares.ts'
import type { EventKind } from '../../storage/queries/events.ts'
import { dropSnapshot, takeSnapshot } from '../../storage/queries/snapshots.ts'
import { lookForFilesSoon } from '../../storage/queries/unnamed-files.ts'
import { listEntries, replaceEntries } from '../../storage/queries/whitelist.ts'
import { MAX_SHARES_OF_A_CHAT } from '../../sharing/limits.ts'
import type { Queries } from '../../storage/store.ts'
import { getChat } from '../chats/chats.ts'
import type { Context, Origin } from '../context.ts'
import { type Actor, record } from '../events.ts'
import { readListEntries } from '../read-input.ts'
import { type TakeSnapshot, withSnapshot } from '../large-copies.ts'
import { type FirstReadWish, wishFirstReadMail } from './first-read.ts'
import { invite } from './invite.ts'
import { checkQuota, countHourly } from '../quotas.ts'
import { invalidBody, Refusal } from '../refusal.ts'
import { type SecretsCheck, unlessSecrets } from '../scanning/refuse-secrets.ts'

/** What an owner sends about a share; what is left out keeps its value. */
export interface ShareInput extends Required<Omit<ShareChange, 'passwordHash'>> {
  /** null removes it */
  readonly password: string | null | undefined
  readonly mailFirstRead: FirstReadWish | undefined
  /** true freezes the chat, unless it is frozen already; false goes live */
  readonly snapshot: boolean | undefined
  /** our own origin, where those who are new on the list get the link by mail */
  readonly inviteFrom: string | undefined
  /** which of the chat's links; null for its main one */
  readonly label: string | null | undefined
}

/**
 * Creates a link of a chat or changes one that it has, all in one transaction: a reader meets either the old share
 * or the new one.
 *
 * @param shareId of the share to change; undefined changes the one of that label, or the main one, or creates it
 * @throws Refusal when chat or share isn't there, or when the change would open a protected share by accident
 */
export async function saveShare(
  context: Context,
  chat: { readonly userId: number; readonly chatId: number; readonly shareId?: number },
  input: ShareInput,
  { by, from }: { readonly by: Actor; readonly from: Pick<Origin, 'left'> },
): Promise<OwnShare> {
  const emails = input.emails && readListEntries(input.emails, 'emails')
  await getChat(context, chat.userId, chat.chatId)
  if (input.snapshot === true) await countHourly(context, chat.userId, 'snapshots')
  // Somebody is about to read.
  context.renderer.warm()
  await context.views.flush()
  const passwordHash =
    typeof input.password === 'string'
      ? await context.hasher.hash(normalisePassword(input.password), `user ${chat.userId}`, from.left())
      : input.password

  let isTold = false
  const save = (checkSecrets: SecretsCheck, takeSnapshot: TakeSnapshot) =>
    context.store.transaction(async (trx) => {
      const storedChat = await findChatForChange(context.store, trx, chat.userId, chat.chatId)
      if (!storedChat) throw new Refusal({ code: 'chat-not-found' })
      const share = await findShareToSave(trx, chat, input.label)
      if (!share) {
        refuseEmptyProof(input)
        await checkShareCount(trx, chat.chatId)
      }

      const now = context.now()
      const changed = changeShare(share ?? newShareSettings, { ...input, passwordHash, emails }, now)
      if ('problem' in changed) throw invalidBody(changed.problem.field, changed.problem.message)

      if (!share) await checkQuota(context, trx, chat.userId, { shares: 1 })
      const isFrozenNow = input.snapshot === true && !share?.snapshotAt
      if (isFrozenNow) await checkQuota(context, trx, chat.userId, { bytes: storedChat.contentBytes })
      const created = { chatId: chat.chatId, label: input.label ?? null, uuid: randomUUID(), ...changed, now }
      const id = share?.id ?? (await insertShare(trx, created))
      if (share) await updateShare(trx, id, changed.settings, now)
      if (share && input.label !== undefined && input.label !== share.label)
        await labelShare(trx, id, input.label)
      const before = new Set((await listEntries(trx, id)).map(({ email }) => email))
      if (emails) await replaceEntries(trx, id, emails, now)
      if (isFrozenNow) await takeSnapshot(trx, id, storedChat, now)
      if (input.snapshot === false && (await dropSnapshot(trx, id, now)))
        await lookForFilesSoon(trx, chat.userId, now)
      if (input.mailFirstRead) {
        await wishFirstReadMail(context, trx, { userId: chat.userId, shareId: id }, input.mailFirstRead)
      }
      const after = (await findShare(trx, chat.chatId, id)) ?? noShare()
      checkSecrets(share, after, storedChat)
      const { userId } = chat
      if (input.inviteFrom !== undefined) {
        const added = emails?.filter((email) => !before.has(email)) ?? []
        await invite(context, trx, after, added, { userId, origin: input.inviteFrom })
      }
      isTold = !share && (await context.webhooks.tell(trx, 'share.created', new Map([[after.id, {}]])))
      for (const event of eventsOf(input, share, after)) {
        await record(context, trx, { userId, by, shareUuid: after.uuid, ...event })
      }
      return after
    })
  const saved = await unlessSecrets(context, chat.userId, (checkSecrets) =>
    input.snapshot === true
      ? withSnapshot(context, chat.userId, chat.chatId, (takeSnapshot) => save(checkSecrets, takeSnapshot))
      : save(checkSecrets, takeSnapshot),
  )
  if (input.snapshot === false) context.deletions.wake()
  if (input.inviteFrom !== undefined) context.outbox?.wake()
  if (isTold) context.webhooks.wake()
  return saved
}

/** The share that is meant; undefined where it has to be made. */
async function findShareToSave(
  trx: Queries,
  { chatId, shareId }: { readonly chatId: number; readonly shareId?: number },
  label: string | null | undefined,
): Promise<OwnShare | undefined> {
  const labelled =
    shareId === undefined || label !== undefined ? await findLabelled(trx, chatId, label ?? null) : undefined
  if (shareId === undefined) return labelled
  if (labelled && labelled.id !== shareId) {
    throw invalidBody('label', 'Another link of this chat has this label; choose another one.')
  }
  return (await findShare(trx, chatId, shareId)) ?? noShare()
}

/** Whoever names a proof doesn't mean a link that anyone can open: it may have been lost on the way here. */
function refuseEmptyProof({ password, emails, isProtected }: ShareInput): void {
  const hasProof = typeof password === 'string' || (emails !== undefined && emails.length > 0)
  if (hasProof || isProtected !== undefined) return
  const named = password === null ? 'password' : emails === undefined ? undefined : 'emails'
  if (named === undefined) return
  throw invalidBody(
    named,
    `There is nothing in ${named}, so the link would be open. Send is_protected: false to open it to everyone with the link, ` +
      'is_protected: true to keep it to yourself, or a password or emails.',
  )
}

async function checkShareCount(trx: Queries, chatId: number): Promise<void> {
  if ((await countSharesOfChat(trx, chatId)) < MAX_SHARES_OF_A_CHAT) return
  const message = `A chat has at most ${MAX_SHARES_OF_A_CHAT} links. Delete some to make room.`
  throw new Refusal({ code: 'too-large', message })
}

/** What the change was, for the account's log: which settings, and never their values. */
function eventsOf(
  input: ShareInput,
  before: OwnShare | undefined,
  after: OwnShare,
): { kind: EventKind; detail?: string }[] {
  const { isProtected, password, expiresAt, maxViews, sharedBy, mailFirstRead, snapshot, emails, label } =
    input
  const sent = {
    is_protected: isProtected,
    password,
    expires_at: expiresAt,
    max_views: maxViews,
    shared_by: sharedBy,
    mail_at_first_read: mailFirstRead,
    snapshot,
    emails,
    label: label === before?.label ? undefined : label,
  }
  const names = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const detail = names.length === 0 ? {} : { detail: names.join(', ') }
  if (!before) return [{ kind: 'share-created', ...detail }]
  const changed = names.length === 0 ? [] : [{ kind: 'share-changed' as const, ...detail }]
  if (before.isShared === after.isShared) return changed
  return [...changed, { kind: after.isShared ? 'share-resumed' : 'share-paused' }]
}

function noShare(): never {
  throw new Refusal({ code: 'share-not-found' })
}

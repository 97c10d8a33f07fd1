import type { Chat, Share } from '../../client/types.ts'
import { printableLine } from '../../terminal/printable.ts'
import { asOwner, type OwnerApi } from '../server/api.ts'
import { type Command, command } from '../command.ts'
import { Failure } from '../failure.ts'
import type { Output } from '../output.ts'
import { listOwnChats, pickOwnChat, pickOwnShare } from '../server/own-chats.ts'
import { findSession } from '../server/find-session.ts'
import { ownersServer, readTarget } from '../target.ts'

const NAMED =
  'A link is named by its URL, its UUID, or the id or name of its chat: its main link, or the one of --label.'
const COMMON = `  --label LABEL which of the chat's links
  --server URL  the server it is on
  --json        answer as JSON
`

type Owned = { readonly chat: Chat; readonly share: Share }

/** A command that does something to one link. */
function shareCommand(spec: {
  readonly name: string
  readonly summary: string
  readonly help: string
  readonly change: (api: OwnerApi, owned: Owned, output: Output) => Promise<unknown>
}): Command {
  return command({
    ...spec,
    options: { label: { type: 'string' } },
    async run({ values, positionals }, output) {
      const target = readTarget(onlyArgument(spec.name, positionals))
      const server = ownersServer(target, values.server)
      const api = asOwner(server, await findSession(server, values.server))
      const owned = pickOwnShare(await listOwnChats(api), target, values.label)
      return { json: await spec.change(api, owned, output) }
    },
  })
}

function onlyArgument(name: string, positionals: readonly string[]): string {
  const [text, ...more] = positionals
  if (text === undefined || more.length > 0) {
    throw new Failure('usage', `${name} takes one link or chat. See: neptun-share ${name} --help`)
  }
  return text
}

export const pause = shareCommand({
  name: 'pause',
  summary: 'close a link until it is resumed',
  help: `Usage: neptun-share pause LINK

Nobody but you can open the link until you resume it; others are told that it is not active.
${NAMED}

${COMMON}`,
  async change(api, { chat, share }, output) {
    const changed = await api.changeShare(share, { is_shared: false })
    output.note(`Paused the link of ${printableLine(chat.name)}.`)
    return { share: changed }
  },
})

export const resume = shareCommand({
  name: 'resume',
  summary: 'open a paused link again',
  help: `Usage: neptun-share resume LINK

The link works again, for the same readers as before.
${NAMED}

${COMMON}`,
  async change(api, { chat, share }, output) {
    const changed = await api.changeShare(share, { is_shared: true })
    output.note(`Resumed the link of ${printableLine(chat.name)}.`)
    return { share: changed }
  },
})

export const rotate = shareCommand({
  name: 'rotate',
  summary: 'give a chat a new link; the old one stops working',
  help: `Usage: neptun-share rotate LINK

Prints the new link. The old one stops working at once, also for readers who had opened it.
${NAMED}

${COMMON}`,
  async change(api, { chat, share }, output) {
    const changed = await api.rotateShare(share)
    output.note(`${printableLine(chat.name)} has a new link; the old one no longer works.`)
    output.line(printableLine(changed.url))
    return { share: changed }
  },
})

export const rm = command({
  name: 'rm',
  summary: 'delete a link, or the chat with it',
  help: `Usage: neptun-share rm LINK [--chat]

Deletes the link; it stops working at once. The chat stays on the server, for you alone.
${NAMED}

  --chat        delete the chat as well, with all its messages
${COMMON}`,
  options: { chat: { type: 'boolean' }, label: { type: 'string' } },
  async run({ values, positionals }, output) {
    const target = readTarget(onlyArgument('rm', positionals))
    const server = ownersServer(target, values.server)
    const api = asOwner(server, await findSession(server, values.server))
    const chats = await listOwnChats(api)
    if (values.chat === true) {
      const { chat } = pickOwnChat(chats, target)
      await api.deleteChats([chat.id])
      output.note(`Deleted ${printableLine(chat.name)} with its messages and its links.`)
      return { json: { deleted: 'chat', chat_id: chat.id } }
    }
    const owned = pickOwnShare(chats, target, values.label)
    await api.deleteShare(owned.share)
    output.note(`Deleted the link of ${printableLine(owned.chat.name)}.`)
    return { json: { deleted: 'share', chat_id: owned.chat.id, uuid: owned.share.uuid } }
  },
})

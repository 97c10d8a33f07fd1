import type { FailedConversation } from '../../importing/imported-chat.ts'
import { printableLine } from '../../terminal/printable.ts'
import { Failure } from '../failure.ts'
import { type Contents, type FoundChat, isChat } from '../server/find-chats.ts'

/** What to take of a file. */
export type Choice = { readonly contents: Contents; readonly chats: readonly FoundChat[] }

/**
 * The only conversation of each file.
 *
 * @throws Failure where a file has none, or several
 */
export function chooseOnly(files: readonly Contents[]): Choice[] {
  return files.map((contents) => {
    const chats = contents.found.filter(isChat)
    const { name } = contents.source
    if (chats.length > 1) {
      throw choiceMissing(
        `There are ${chats.length} chats in ${name}; take some with --chat NUMBER or --chat NAME, or --all:`,
        files.flatMap(({ found }) => found),
      )
    }
    if (chats.length === 0) {
      const failed = contents.found.flatMap((found) => (isChat(found) ? [] : [found]))
      const reasons = failed.slice(0, 20).map(({ title, reason }) => `\n${printableLine(title)}: ${reason}`)
      throw new Failure('failed', `There is no chat in ${name} that can be pushed.${reasons.join('')}`, {
        failed,
      })
    }
    return { contents, chats }
  })
}

/**
 * Conversations by their numbers, counted from 1 over all files, or by their names.
 *
 * @throws Failure where one isn't there, or a name doesn't tell which
 */
export function chooseNamed(files: readonly Contents[], wanted: readonly string[]): Choice[] {
  const all = files.flatMap(({ found }) => found)
  const chosen = new Set(wanted.map((text) => chooseOne(all, text)))
  return files
    .map((contents) => ({
      contents,
      chats: contents.found.filter(isChat).filter((chat) => chosen.has(chat)),
    }))
    .filter(({ chats }) => chats.length > 0)
}

function chooseOne(all: readonly (FoundChat | FailedConversation)[], text: string): FoundChat {
  const wanted = text.trim().toLowerCase()
  const matches = /^\d+$/.test(wanted)
    ? all.slice(Number(wanted) - 1, Number(wanted)).filter(() => Number(wanted) > 0)
    : all.filter((found) => nameOf(found).toLowerCase() === wanted)
  const [only, ...others] = matches
  if (only === undefined || others.length > 0) {
    const problem =
      only === undefined
        ? `There is no chat ${JSON.stringify(text)}.`
        : `${matches.length} chats are called ${JSON.stringify(text)}; take one by its number.`
    throw choiceMissing(`${problem} There are:`, all)
  }
  if (isChat(only)) return only
  throw new Failure('failed', `${printableLine(only.title)} can't be pushed: ${only.reason}`)
}

function nameOf(found: FoundChat | FailedConversation): string {
  return isChat(found) ? found.name : found.title
}

/** More lines than these would push the sentence before them off the screen. */
const MOST_LISTED = 100

/** Says what there is to choose from, each with its number; all of it for programs. */
function choiceMissing(problem: string, all: readonly (FoundChat | FailedConversation)[]): Failure {
  const width = String(Math.min(all.length, MOST_LISTED)).length
  const lines = all.slice(0, MOST_LISTED).map((found, index) => {
    const name = `${String(index + 1).padStart(width)}  ${printableLine(nameOf(found))}`
    return isChat(found) ? name : `${name} (can't be pushed)`
  })
  const more = all.length - lines.length
  if (more > 0) lines.push(`and ${more} more; --json names them all.`)
  return new Failure('usage', [problem, ...lines].join('\n'), { chats: all.map(nameOf) })
}

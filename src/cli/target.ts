import { Failure } from './failure.ts'
import { chooseServer } from './server/server-address.ts'
import { findKeptSession } from './server/session-file.ts'

/** What a command is to work on, as somebody named it. */
export type Target =
  | { readonly kind: 'share'; readonly uuid: string; /** of a URL */ readonly server: string | undefined }
  | { readonly kind: 'chat'; /** a chat's id or name */ readonly text: string }

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i

/** Reads a share's URL (of its page or of the API) or UUID; anything else is a chat's id or name. */
export function readTarget(text: string): Target {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null
  if (url !== null) {
    const [path, uuid] = /^(?:.*\/)?shared\/chats\/([^/]+)/.exec(url.pathname) ?? []
    if (path === undefined || uuid === undefined || !UUID.test(uuid)) {
      throw new Failure('usage', `${text} is not the link of a shared chat.`)
    }
    const base = path.replace(/\/(?:api\/)?shared\/chats\/[^/]+$/, '')
    return { kind: 'share', uuid: uuid.toLowerCase(), server: url.origin + base }
  }
  return new RegExp(`^${UUID.source}$`, 'i').test(text)
    ? { kind: 'share', uuid: text.toLowerCase(), server: undefined }
    : { kind: 'chat', text }
}

/** The server to read a target from: the given one, else the one in its URL, else the default. */
export function readersServer(target: Target, given: string | undefined): string {
  const isUrl = target.kind === 'share' && target.server !== undefined
  return given === undefined && isUrl ? (target.server ?? '') : chooseServer(given)
}

/**
 * Where its owner changes it. A URL may name an address that readers use while the owner signed in under another, so it
 * counts only where there is a session.
 */
export function ownersServer(target: Target, given: string | undefined): string {
  const named = target.kind === 'share' ? target.server : undefined
  if (given === undefined && named !== undefined && findKeptSession(named) !== undefined) return named
  return chooseServer(given)
}
